export * from './pileup.js';
export { PileUp as default } from './pileup.js';
