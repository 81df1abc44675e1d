import type { Command } from '../command.ts';
import { runRenewalCommand } from '../renewal-run.ts';

/** Goes on with a renewal, the one worked on last where none is named. */
export const resume: Command = (context) =>
  runRenewalCommand(context, (service, dialogue) =>
    service.resume({ renewal: context.args.text('renewal') }, dialogue),
  );
