// What a job makes of a task: its context, what it writes, and whose fault it is when it cannot.
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { fileArtifact, filesetArtifact, nothing } from '../../src/task/artifact.ts'
import { dummyTask } from '../../src/task/sources.ts'
import type { ComputingTask } from '../../src/task/task.ts'
import { Bench, itemsOf } from '../support/performed.ts'
import { encode, texts } from '../support/texts.ts'
import { each, running, runningEach, whole } from '../support/text-tasks.ts'

describe('the task of a job', () => {
  test('is the one of its name', async () => {
    expect(await new Bench().failure(whole, { task: each })).toMatchObject({
      code: 'task/unknown',
      message: 'no task is named Whole',
    })
  })

  test('is none that is no computation', async () => {
    const { code } = await new Bench().failure(dummyTask, { job: { step: dummyTask.name } })
    expect(code).toBe('task/unknown')
  })

  test.each([
    ['version', { version: 2 }, /Whole is of version 1 by now and was of 2 when the run began/],
    ['code', { code: 'other' as never }, /the code of Whole was changed since the run began/],
  ])('is none of another %s than when the run began', async (_, job, message) => {
    expect(await new Bench().failure(whole, { job })).toMatchObject({
      code: 'task/changed',
      message: expect.stringMatching(message) as unknown,
    })
  })

  test('may find out at its end that its code was changed meanwhile', async () => {
    const changed = () => Promise.reject(new RomiError('task/changed', 'changed'))
    const task = running(() => 'text', { assertCode: changed })
    expect((await new Bench().failure(task)).code).toBe('task/changed')
  })
})

describe('a task that makes one value', () => {
  test('has all that it wrote in the draft, with what it told', async () => {
    const bench = new Bench()
    const checks = { share: { doc: 'How much.' }, other: { doc: 'Never told.' } }
    const task = running(
      ({ check, log, progress, threads }) => {
        for (const said of ['odd', 'odd', 'very odd']) log.warn(said)
        log.info('well')
        log.debug('deep')
        progress(1, 4)
        progress(2, 4, 'b')
        check('share', 0.5, 'of a')
        check('other', Number.NaN)
        return `with ${threads} threads`
      },
      { checks },
    )
    expect(await bench.done(task)).toEqual({
      metadata: {},
      checks: { share: { value: 0.5, note: 'of a' } },
      warned: ['odd', 'very odd'],
      versions: {},
    })
    expect((await bench.made()).text.text).toBe('with 2 threads')
    expect(bench.events).toEqual([
      { is: 'said', level: 'warn', text: 'odd' },
      { is: 'said', level: 'warn', text: 'odd' },
      { is: 'said', level: 'warn', text: 'very odd' },
      { is: 'said', level: 'info', text: 'well' },
      { is: 'said', level: 'debug', text: 'deep' },
      { is: 'progress', done: 1, total: 4 },
      { is: 'progress', done: 2, total: 4, what: 'b' },
    ])
  })

  test('that warned of nothing tells no warnings', async () => {
    expect(await new Bench().done(whole)).toEqual({ metadata: {}, checks: {}, versions: {} })
  })

  test('tells a value without a note, or with an empty one, alone', async () => {
    const checks = { one: { doc: '' }, two: { doc: '' } }
    const task = running(({ check }) => (check('one', 1), check('two', 2, ''), 'text'), { checks })
    expect((await new Bench().done(task)).checks).toEqual({ one: { value: 1 }, two: { value: 2 } })
  })

  test.each([
    ['none', undefined],
    ['share, other', { share: { doc: '' }, other: { doc: '' } }],
  ])(
    'fails where it reports a check that it does not declare, and is told of %s',
    async (there, checks) => {
      const task = running(({ check }) => (check('toString', 1), 'text'), checks ? { checks } : {})
      expect(await new Bench().failure(task)).toMatchObject({
        code: 'task/undeclared-check',
        message: `Whole reports a check "toString" that it does not declare; it declares: ${there}`,
        facts: { task: 'Whole', check: 'toString' },
      })
    },
  )

  test('tells which versions of its programs there are', async () => {
    const programs = [{ name: 'node', install: 'apt-get install nodejs' }]
    const { versions } = await new Bench().done(running(() => 'text', { programs }))
    expect(versions).toEqual({ node: process.version })
  })

  test('must return something, unless it makes nothing', async () => {
    expect(await new Bench().failure(running(() => undefined))).toMatchObject({
      code: 'task/wrong-result',
      message: 'Whole returned nothing: its run must return text',
    })
    // What makes no fileset has no place to write into.
    const none = running(() => undefined, { output: nothing })
    expect((await new Bench().failure(none)).code).toBe('task/no-output')
  })

  test('cannot make an artifact of single files', async () => {
    expect(await new Bench().failure(running(() => 'text', { output: texts }))).toMatchObject({
      code: 'task/wrong-result',
      message: 'Whole makes texts: it needs `each`',
    })
  })

  const writing = (write: Parameters<typeof filesetArtifact<'odd', string>>[0]['write']) =>
    running(() => 'value', {
      output: filesetArtifact<'odd', string>({
        name: 'odd',
        doc: 'odd',
        read: () => Promise.resolve(''),
        write,
      }),
    })

  test('fails where its artifact cannot write what it returned, and the cause is told', async () => {
    const task = writing(() => Promise.reject(new Error('too odd')))
    expect(await new Bench().failure(task)).toMatchObject({
      code: 'task/wrong-result',
      message: 'what Whole returned cannot be written as odd: Error: too odd',
    })
  })

  test('fails with the artifact’s own word where that has one', async () => {
    const task = writing(() => Promise.reject(new RomiError('task/no-label', 'no label')))
    expect(await new Bench().failure(task)).toMatchObject({
      code: 'task/no-label',
      message: 'no label',
    })
  })

  test('fails where its artifact wrote no file', async () => {
    expect(await new Bench().failure(writing(() => Promise.resolve()))).toMatchObject({
      code: 'task/no-output',
      message: 'Whole wrote no file: its artifact must write at least one',
    })
  })

  test('lays metadata of its fileset over one another, and knows how that will be called', async () => {
    const bench = new Bench()
    const task = writing(async (value, output) => {
      output.setMetadata({ a: 1, b: 1 })
      output.setMetadata({ b: output.fileset })
      await output.write('file', { ...encode(value), metadata: { of: 'file' } })
    })
    expect((await bench.done(task)).metadata).toEqual({ a: 1, b: 'made_1' })
    expect((await bench.made()).file).toMatchObject({ text: 'value', metadata: { of: 'file' } })
  })

  describe('and annotates', () => {
    const annotating = (write: Parameters<typeof writing>[0]): ComputingTask => ({
      ...writing(write),
      annotates: true,
    })

    test('keeps what it attached to each file in a file of its own', async () => {
      const bench = new Bench()
      const task = annotating((_, output) => {
        output.annotate({ fileset: 'images', file: 'a' }, { pose: 1, kept: true })
        output.annotate({ fileset: 'images', file: 'b' }, { pose: 2 })
        output.annotate({ fileset: 'images', file: 'a' }, { pose: 3 })
        output.annotate({ fileset: 'other', file: 'a' }, { pose: 4 })
        return output.write('poses', encode('its own'))
      })
      await bench.done(task)
      const made = await bench.made()
      expect(Object.values(made).map(({ filename }) => filename)).toEqual([
        'annotations.json',
        'poses.txt',
      ])
      expect(JSON.parse(made.annotations.text)).toMatchObject({
        images: { a: { pose: 3, kept: true }, b: { pose: 2 } },
        other: { a: { pose: 4 } },
      })
    })

    test('fails where it does not say so', async () => {
      const task = writing((_, output) => {
        output.annotate({ fileset: 'images', file: 'a' }, { pose: 1 })
        return Promise.resolve()
      })
      expect(await new Bench().failure(task)).toMatchObject({
        code: 'task/wrong-result',
        message:
          'Whole annotated a file without saying so: add `annotates: true` to its definition',
      })
    })

    test('fails where it writes a file in the place of its annotations; others may', async () => {
      const write: Parameters<typeof writing>[0] = (value, output) =>
        output.write('annotations', encode(value))
      expect(await new Bench().failure(annotating(write))).toMatchObject({
        code: 'task/wrong-result',
        message: expect.stringMatching(
          /^Whole wrote a file "annotations", .*: rename it$/,
        ) as unknown,
      })
      await new Bench().done(writing(write))
    })

    test('fails where it attaches what is no JSON, and the file is named', async () => {
      const task = annotating((_, output) => {
        output.annotate({ fileset: 'images', file: 'a' }, { pose: Number.NaN })
        return Promise.resolve()
      })
      expect((await new Bench().failure(task)).message).toContain('what Whole attaches to a')
    })
  })
})

describe('a task that works file by file', () => {
  test('makes one file of each of the job’s, with its key, and tells how far it is', async () => {
    const bench = new Bench()
    expect(await bench.done(each, { job: { items: itemsOf('a', 'c') } })).toEqual({
      metadata: {},
      checks: {},
      versions: {},
    })
    const [a, c] = itemsOf('a', 'c')
    expect(await bench.made()).toMatchObject({
      a: { text: 'ONE', key: a.key, metadata: { shot: 'a' } },
      c: { text: 'THREE', key: c.key, metadata: { shot: 'c' } },
    })
    expect(Object.keys(await bench.made())).toEqual(['a', 'c'])
    expect((await bench.made()).a).not.toHaveProperty('note')
    const told = bench.events.map((event) => (event.is === 'progress' ? event.done : undefined))
    expect(told).toEqual([1, 2])
    expect(bench.events).toContainEqual(expect.objectContaining({ total: 2, what: 'c' }))
  })

  test('sees one file of the slot at a time, and parameters of its own', async () => {
    const bench = new Bench()
    const task = runningEach(({ inputs: all, params, file }) => {
      const input = all.upstream_task as { files: readonly { id: string }[] }
      // Safe: tasks of users may do so, whatever their types say.
      const own = params as { seen: string[] }
      own.seen.push(file?.id ?? '')
      return `${input.files.map(({ id }) => id).join()} ${own.seen.join()}`
    })
    await bench.done(task, { job: { items: itemsOf('a', 'b', 'c'), params: { seen: [] } } })
    const made = Object.values(await bench.made())
    expect(made.map(({ text: of }) => of)).toEqual(['a a', 'b b', 'c c'])
  })

  test('has metadata from what it inherits, from its parameters and from the file, the latter before', async () => {
    const bench = new Bench()
    const output = fileArtifact<'odd', string>({
      name: 'odd',
      doc: 'odd',
      read: () => Promise.resolve(''),
      encode: (value) => Promise.resolve({ ...encode(value), metadata: { from: 'file' } }),
    })
    const task = runningEach(({ value }) => value, {
      output,
      fileMetadata: (params) => ({ from: 'parameters', shot: params.shot as string, size: 2 }),
    })
    await bench.done(task, { job: { items: itemsOf('a'), params: { shot: 'named' } } })
    expect((await bench.made()).a.metadata).toEqual({ from: 'file', shot: 'named', size: 2 })
  })

  test('keeps with each file what its checks told of it', async () => {
    const bench = new Bench()
    const task = runningEach(
      ({ value, check, file }) => {
        if (file?.id !== 'b') check('length', String(value).length)
        return value
      },
      { checks: { length: { doc: 'How long.' } } },
    )
    const { checks } = await bench.done(task, { job: { items: itemsOf('a', 'b', 'c') } })
    expect(checks).toEqual({})
    const made = await bench.made()
    expect([made.a.note, made.b.note, made.c.note]).toEqual([
      { length: { value: 3 } },
      undefined,
      { length: { value: 5 } },
    ])
  })

  test('must return something for each file', async () => {
    expect(
      await new Bench().failure(
        runningEach(() => undefined),
        { job: { items: itemsOf('a') } },
      ),
    ).toMatchObject({
      code: 'task/wrong-result',
      message: 'Each returned nothing: its run must return texts',
    })
  })

  test('begins no further file once it is stopped', async () => {
    const stop = new AbortController()
    const begun: unknown[] = []
    const task = runningEach(({ value, file }) => {
      begun.push(file?.id)
      stop.abort()
      return value
    })
    const job = { items: itemsOf('a', 'b', 'c', 'a', 'b', 'c') }
    const outcome = await new Bench().perform(task, { job, signal: stop.signal })
    expect(outcome).toEqual({ is: 'cancelled' })
    expect(begun.length).toBeLessThan(4)
  })

  test('does not keep a file that was made of what was changed meanwhile', async () => {
    const bench = new Bench()
    const path = bench.photograph('a')
    const task = runningEach(({ value, file }) => {
      void file?.path
      writeFileSync(path, 'other')
      return value
    })
    const outcome = await bench.perform(task, { job: { items: itemsOf('a') } })
    expect(outcome).toEqual({ is: 'overtaken', by: [path], isTouched: false })
    expect(await bench.made()).toEqual({})
  })
})
