// What the operator does with an order. Each may be repeated: an order that is already there is fine.

import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { OrderState } from '../../contract/gateway.ts';
import type { OrderSummary } from '../../sandbox/operator-calls.ts';
import type { SandboxOperator } from '../../sandbox/operator.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';

interface OrderAction {
  run(
    operator: SandboxOperator,
    order: string | null,
    reason: string,
  ): Promise<Result<OrderSummary, AppError>>;
  /** States in which nothing is left to do. */
  readonly done: readonly OrderState[];
}

const AFTER_APPROVAL: readonly OrderState[] = ['approved', 'issued', 'confirmed'];

const CHANGES: Readonly<Record<string, OrderAction>> = {
  pay: { run: (operator, order) => operator.pay({ order }), done: ['inReview', ...AFTER_APPROVAL] },
  approve: { run: (operator, order) => operator.approve({ order }), done: AFTER_APPROVAL },
  reject: { run: (operator, order, reason) => operator.reject({ order, text: reason }), done: ['rejected'] },
  freeze: { run: (operator, order) => operator.freeze({ order }), done: ['frozen'] },
  unfreeze: {
    run: (operator, order) => operator.unfreeze({ order }),
    done: ['draft', 'unpaid', 'inReview', ...AFTER_APPROVAL],
  },
};

export const ORDER_ACTIONS: Readonly<Record<string, OrderAction | null>> = { ...CHANGES, reference: null };

const DEFAULT_REASON = '材料不齐';

export async function changeOrder(
  name: string,
  { application, args, output }: CommandContext,
  folder: string,
): Promise<ExitCode> {
  const [, order = null, ...more] = args.positionals;
  if (more.length > 0) return output.fail(usageError('positional'));
  const connected = await application.connectSandbox(folder);
  if (!connected.ok) return output.fail(connected.error);
  const { operator, close } = connected.value;
  try {
    const action = CHANGES[name];
    if (action === undefined) return await tellReference(operator, order, output);
    const changed = await repeatable(action, operator, order, args.text('reason') ?? DEFAULT_REASON);
    if (!changed.ok) return output.fail(changed.error);
    const { id, state } = changed.value;
    output.finish({ ok: true, order: changed.value });
    if (!output.isJson) {
      output.say(output.words('sandbox.order', { order: id, state: output.words(`order.${state}`) }));
    }
    return EXIT.done;
  } finally {
    await close();
  }
}

async function repeatable(
  action: OrderAction,
  operator: SandboxOperator,
  order: string | null,
  reason: string,
): Promise<Result<OrderSummary, AppError>> {
  const changed = await action.run(operator, order, reason);
  if (changed.ok || !['order.conflict', 'order.notFound'].includes(changed.error.code)) return changed;
  const listed = await operator.listOrders({});
  if (!listed.ok) return listed;
  const already = listed.value.orders.findLast(
    ({ id, referenceNumber, state }) =>
      action.done.includes(state) && (order === null || order === id || order === referenceNumber),
  );
  if (already !== undefined) return ok(already);
  return order === null ? err({ code: 'order.notFound', orderId: '—' }) : changed;
}

async function tellReference(
  operator: SandboxOperator,
  order: string | null,
  output: CommandContext['output'],
): Promise<ExitCode> {
  const told = await operator.reference({ order });
  if (!told.ok) return output.fail(told.error);
  const { order: id, referenceNumber, authorisationCode } = told.value;
  output.finish({ ok: true, ...told.value });
  if (!output.isJson) {
    const parameters = { order: id, reference: referenceNumber, authorisation: authorisationCode };
    output.say(output.words('sandbox.reference', parameters));
  }
  return EXIT.done;
}
