/** Where things stand with a change: `elsewhere` is neither before nor after. */
export type Standing = 'before' | 'after' | 'elsewhere';
