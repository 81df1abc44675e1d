import { changeLines } from '../../../contract/change-text.ts';
import type { Handlers } from '../../../contract/methods.ts';
import { text, type Locale } from '../../../contract/text.ts';
import type { PlannedRepairView, RepairRecordView } from '../../../contract/views/environment-views.ts';
import { err, ok } from '../../../core/errors/result.ts';
import type { RepairRecord } from '../../adapters/repair-records.ts';
import type { PlannedRepair } from '../../services/environment/repairs.ts';
import type { EnvironmentService } from '../../services/environment/environment-service.ts';
import type { EnvironmentDesk } from '../environment-desk.ts';

type EnvironmentHandlers = Pick<
  Handlers,
  | 'environment.read'
  | 'environment.check'
  | 'environment.checkBrowser'
  | 'environment.cancel'
  | 'repair.plan'
  | 'repair.apply'
  | 'repair.undo'
  | 'repair.list'
  | 'report.make'
>;

export function createEnvironmentHandlers(
  desk: EnvironmentDesk,
  service: () => Promise<EnvironmentService>,
  locale: () => Locale,
): EnvironmentHandlers {
  /** What the person was shown last: only that can be made. */
  let planned: readonly PlannedRepair[] = [];

  const recordOf = ({ id, at, state, repairs, elevated }: RepairRecord): RepairRecordView => ({
    ...{ id, at, state },
    titles: [...repairs.map(({ repair }) => repair), ...elevated].map((repair) =>
      text(`repair.${repair}`, {}, locale()),
    ),
  });

  const planOf = ({ repair, check, elevated, ticked, plan }: PlannedRepair): PlannedRepairView => ({
    ...{ repair, check, elevated },
    ticked: ticked && plan.ok,
    title: text(`repair.${repair}`, {}, locale()),
    changes: plan.ok ? [...changeLines(plan.value.changes, locale())] : [],
    refused: plan.ok ? null : text('cli.repair.refused', { ...plan.error }, locale()).trim(),
  });

  return {
    'environment.read': async () => ok(desk.view()),
    async 'environment.check'() {
      void desk.check();
      return ok(desk.view());
    },
    async 'environment.checkBrowser'() {
      void desk.checkBrowser();
      return ok(desk.view());
    },
    async 'environment.cancel'() {
      desk.cancel();
      return ok(desk.view());
    },
    async 'repair.plan'() {
      const made = await (await service()).repairs.plan(desk.last()?.findings ?? [], []);
      if (!made.ok) return made;
      planned = made.value;
      return ok(planned.map(planOf));
    },
    async 'repair.apply'({ repairs }) {
      const chosen = planned.filter(({ repair }) => repairs.includes(repair));
      if (chosen.length !== repairs.length) {
        return err({ code: 'request.invalid', reason: 'repair.apply repairs' });
      }
      const made = await (await service()).repairs.apply(chosen);
      planned = [];
      await desk.check();
      return made.ok ? ok(recordOf(made.value)) : made;
    },
    async 'repair.undo'({ record }) {
      const undone = await (await service()).repairs.undo(record);
      await desk.check();
      return undone.ok ? ok(recordOf(undone.value)) : undone;
    },
    async 'report.make'({ form }) {
      if (desk.last() === null) await desk.check();
      const checked = desk.last();
      if (checked === null) return err({ code: 'request.invalid', reason: 'report.make' });
      const { text: content } = await (await service()).report(form, checked);
      return ok({
        fileName: `${text('window.environment.reportFile', {}, locale())}-${checked.code}.txt`,
        mediaType: 'text/plain',
        content: Buffer.from(content).toString('base64'),
      });
    },
    'repair.list': async () => ok((await (await service()).repairs.records()).map(recordOf)),
  };
}
