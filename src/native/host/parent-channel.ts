// A child's side of its channel to the application: Node's own where it was forked by Node, `process.parentPort`
// where it is a utility process of Electron. Those are ended by Electron when the application dies; in good order
// the application asks them with `END` and waits.

/** What the application posts to a utility process, where Node would disconnect. */
export const END = 'end';

export interface ParentChannel {
  post(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The application is gone, or wants the child to end after the call under way. */
  onEnd(listener: () => void): void;
}

/** What of `process` is used. */
export interface ChildProcess {
  readonly connected?: boolean;
  send?(message: object, handle: undefined, options: undefined, done: () => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  readonly parentPort?: UtilityPort;
}

interface UtilityPort {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): unknown;
  postMessage(message: object): void;
}

export function openParentChannel(child: ChildProcess): ParentChannel {
  const { parentPort } = child;
  return parentPort === undefined ? forked(child) : utility(parentPort);
}

function forked(child: ChildProcess): ParentChannel {
  return {
    post(message) {
      // An application that has just died is told by 'disconnect', not here.
      if (child.connected === true) child.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onEnd(listener) {
      // The application may be gone before anybody here listens; the event is not repeated.
      if (child.connected === false) listener();
      else child.on('disconnect', listener);
    },
  };
}

function utility(port: UtilityPort): ParentChannel {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', ({ data }) => {
        if (data !== END) listener(data);
      });
    },
    onEnd(listener) {
      port.on('message', ({ data }) => {
        if (data === END) listener();
      });
    },
  };
}
