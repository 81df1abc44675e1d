// Entry of the driver host: a child process that holds one driver. It ends when the application does, after
// the call under way: a signing or generating token is never left in the middle by us.

import { createDispatcher } from './dispatcher.ts';
import { OPENERS } from './openers.ts';
import { openParentChannel } from './parent-channel.ts';
import { isHostMessage } from './protocol.ts';

// Ctrl-C and logout reach the whole process group; the application decides when a host ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const parent = openParentChannel(process);
const dispatcher = createDispatcher(OPENERS, parent.post);

parent.onMessage((message) => {
  if (isHostMessage(message)) dispatcher.accept(message);
});

parent.onEnd(() => {
  dispatcher.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
