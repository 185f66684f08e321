/* Types of the element <pile-up>, for pileup.js and pileup.mjs. MIT OR Apache-2.0 */

/** What the frame shows at one moment. */
export interface PileUpState {
  /** Virtual time in milliseconds. */
  readonly time_ms: number;
  /** 1 while the clock runs, 0 while it rests. */
  readonly playing: 0 | 1;
  readonly spawned: number;
  readonly working: number;
  readonly stopping: number;
  /** Only there when it is not 0: tasks that are neither shown to be leaked nor to end. */
  readonly unproven?: number;
  readonly leaked: number;
  readonly finished: number;
  readonly alive: number;
  /** Only there when it is not 0: other futures of the run. */
  readonly forks?: number;
  /** The query, without its `?`, that opens this run at this moment. */
  readonly link: string;
}

/** Why there is no playground: the address is none or the frame is not allowed; the host has no such page, or does not
 *  answer; it was not ready within 30 seconds (it may still come). */
export type PileUpReason = 'refused' | 'not found' | 'timed out';

/** A part of an attribute, a setting or a message that was left out, and why. */
export interface PileUpSorry {
  readonly about: string;
  readonly value: string;
  readonly say: string;
}

/** Knobs by their names (`listen`, `traffic`), `preset`, `seed`, `order`, `lang`, `theme`, `speed`. `true` is `on`. */
export type PileUpSettings = Record<string, string | number | boolean>;

export interface PileUpEventMap {
  ready: CustomEvent<{ v: number; height: number }>;
  state: CustomEvent<PileUpState>;
  leak: CustomEvent<{ leaked: number; time_ms: number }>;
  /** The reader has done the deed that the attribute `deed` names. */
  deed: CustomEvent<{ name: string; time_ms: number }>;
  /** The run rests at a marker. */
  marker: CustomEvent<{ time_ms: number; label: string }>;
  sorry: CustomEvent<PileUpSorry>;
  error: CustomEvent<{ reason: PileUpReason }>;
}

/** A promise of these methods is kept with the state that the command led to. It is broken, with an `Error` whose `message`
 *  says why, when the frame fails (a {@link PileUpReason}), when a part of the command is refused (the frame's own words),
 *  and when the element is taken out of the article (`removed`, `disposed`). */
export declare class PileUp extends HTMLElement {
  /** Where the playground stands, for elements without `src`. It is the folder of the script. */
  static folder: string;
  /** What the frame told last; nothing before it has. */
  readonly state: PileUpState | null | undefined;
  /** The moment that is shown, in milliseconds of virtual time; 0 before the frame has told. */
  readonly currentTime: number;
  play(): Promise<PileUpState>;
  pause(): Promise<PileUpState>;
  /** The same run from its start. */
  restart(): Promise<PileUpState>;
  /** One poll, or up to the next event, or what happens next to the selected task, or back; then the run rests. */
  step(by?: 'poll' | 'event' | 'task-next' | 'poll-back' | 'event-back' | 'task-back'): Promise<PileUpState>;
  /** Goes to a moment, in milliseconds of virtual time, and rests there. */
  seek(ms: number): Promise<PileUpState>;
  /** `fork('at=20000&listen=on')`: goes back to the moment `at`, in milliseconds, and turns live knobs there, or else the switch. What
   *  was there stays as another future of the run, and is compared with. */
  fork(query?: string): Promise<PileUpState>;
  /** Undoes the last step that changed the run, or goes into the future with this number, from 1. */
  back(to?: number): Promise<PileUpState>;
  /** Draws the curve of the future with this number, or none. */
  compare(to?: number): Promise<PileUpState>;
  set(settings: PileUpSettings | URLSearchParams | string): Promise<PileUpState>;
  /** Takes the element out of the article and ends all that it started. */
  dispose(): void;
  addEventListener<Name extends keyof PileUpEventMap>(
    name: Name, listener: (this: PileUp, event: PileUpEventMap[Name]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(name: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'pile-up': PileUp;
  }
}
