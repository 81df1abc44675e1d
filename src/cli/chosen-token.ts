import type { FoundToken } from '../app/services/tokens.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { CommandContext } from './command.ts';
import { usageError } from './usage-error.ts';

/** The token named with --token; without it the only one there is. */
export async function findToken({
  application,
  args,
}: Pick<CommandContext, 'application' | 'args'>): Promise<Result<FoundToken, AppError>> {
  const tokens = await application.tokens();
  const wanted = args.text('token');
  if (wanted !== null) return tokens.find(wanted);
  const { tokens: listed, problems } = await tokens.list();
  const [only] = listed;
  if (only === undefined)
    return err(problems.find(({ isExplicit }) => isExplicit)?.error ?? { code: 'token.none' });
  if (listed.length === 1) return ok(only);
  return err(usageError('tokenMissing', { tokens: listed.map(({ token }) => token.id) }));
}
