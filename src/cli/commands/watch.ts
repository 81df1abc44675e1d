// What is plugged in, as it changes: for support, and for scripts that wait for a key.

import type { PluggedDevice, PresenceEvent, PresenceSnapshot } from '../../app/services/presence.ts';
import type { TokenChange } from '../../app/services/token-changes.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { certificateLine, problemJson, problemLine, tokenLines } from './token-lines.ts';

/** One line, or one JSON object in a line, for each change, until the program is told to end. */
export const watch: Command = async ({ application, interruption, output }) => {
  const stopped = new Promise<void>((resolve) => {
    interruption.hold({
      onFirst: () => resolve(),
      onSecond: () => undefined,
      leaveWith: EXIT.unexpected,
    });
  });
  const presence = await application.presence();
  output.note(output.words('watch.running'));
  let told: PresenceSnapshot = { ...presence.snapshot(), devices: [], problems: [], facts: null };
  const tell = ({ changes, snapshot }: PresenceEvent): void => {
    for (const change of changes) tellChange(change, output);
    tellRest(told, snapshot, output);
    told = snapshot;
  };
  const before = presence.snapshot();
  presence.subscribe(tell);
  const changes = before.tokens.map(({ view }) => ({ kind: 'appeared', token: view }) as const);
  tell({ changes, snapshot: before });
  await stopped;
  return EXIT.done;
};

function tellChange(change: TokenChange, output: Output): void {
  output.event(change);
  const { kind, token } = change;
  const [line = '', ...more] = tokenLines(token, output);
  output.say(output.words(`watch.${kind}`, { token: line }));
  if (kind === 'removed') return;
  for (const part of more) output.say(part);
  for (const certificate of token.certificates) output.say(`  ${certificateLine(certificate, output)}`);
}

/** Problems, makers' keys without a driver, and what cannot be listened to. */
function tellRest(before: PresenceSnapshot, now: PresenceSnapshot, output: Output): void {
  const strangers = (devices: readonly PluggedDevice[]) => devices.filter(({ hasDriver }) => !hasDriver);
  for (const device of newIn(strangers(before.devices), strangers(now.devices))) {
    output.event({ kind: 'stranger', device });
    output.say(output.words('watch.stranger', { ...device }));
  }
  for (const problem of newIn(before.problems, now.problems)) {
    output.event({ kind: 'problem', problem: problemJson(problem) });
    output.note(problemLine(problem, output));
  }
  if (now.facts === null || before.facts !== null) return;
  output.event({ kind: 'watching', ...now.facts });
  const { usbProblem } = now.facts;
  if (usbProblem !== null) output.note(output.words('watch.deaf', { reason: usbProblem }));
}

function newIn<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  const known = new Set(before.map((entry) => JSON.stringify(entry)));
  return now.filter((entry) => !known.has(JSON.stringify(entry)));
}
