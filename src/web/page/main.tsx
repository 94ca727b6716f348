// Where the page begins.
import { render } from 'preact'
import { App } from './app.tsx'
import { begin } from './data/store.ts'

begin()
render(<App />, document.getElementById('page')!) // it stands in index.html
