import type { TokenProblem } from '../app/services/tokens.ts';
import { errorJson, type Output } from './output.ts';

/** What went wrong with drivers, for a command that goes on without them. */
export function problemJson({ module, error }: TokenProblem): object {
  const { code, number, message } = errorJson(error);
  return { code, number, module, message };
}

export function problemLine({ error, module }: TokenProblem, output: Output): string {
  const { number, message, advice } = errorJson(error);
  return output.words('list.problem', { number, message, advice, module });
}
