import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';

export function HomeScreen() {
  const { t } = useText();
  return <Page title={t('window.nav.home')}>{null}</Page>;
}
