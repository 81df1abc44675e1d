import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import { useText } from '../../i18n/use-text.ts';
import { Panel } from './Panel.tsx';
import { StepMark } from './StepMark.tsx';

/** Between two questions: what is being done. */
export function WorkingPanel({ view }: { readonly view: RenewalView }) {
  const { t } = useText();
  return (
    <Panel title={t(`window.renewal.stage.${view.stage}`)}>
      <p role="status" className="row">
        <StepMark state="busy" />
        {t(view.phase === null ? 'window.renewal.opening' : `window.renewal.now.${view.phase}`)}
      </p>
    </Panel>
  );
}
