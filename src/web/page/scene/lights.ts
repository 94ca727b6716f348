// The light on a plant: as many sources in each scene, since programs are made for their number.
import { DirectionalLight, HemisphereLight, type PerspectiveCamera, type Scene } from 'three'

/** One source beside the eye, wherever that is, and the sky. Puts the camera into the scene. */
export function addLights(scene: Scene, camera: PerspectiveCamera): void {
  const light = new DirectionalLight(0xffffff, 1.6)
  light.position.set(-0.6, 1, 0.9)
  camera.add(light)
  scene.add(camera, new HemisphereLight(0xffffff, 0xb0b4b0, 1.3))
}
