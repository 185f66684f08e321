/* The element <pile-up> as a module: import PileUp from 'https://your.host/pileup/pileup.mjs'. MIT OR Apache-2.0 */
import './pileup.js';

/* Nothing on a server, which has no elements. */
export const PileUp = globalThis.customElements?.get('pile-up');
/* The script knows by itself where it stands, but not in every browser. */
if (PileUp) PileUp.folder ||= new URL('.', import.meta.url).href;
export default PileUp;
