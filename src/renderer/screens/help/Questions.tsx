import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { useText } from '../../i18n/use-text.ts';

/** FAQ of the CA, then what is asked everywhere. */
export function Questions({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const own = (['pin', 'bid', 'interrupted'] as const).map((topic) => ({
    question: t(`window.faq.${topic}`),
    answer: t(`window.faq.${topic}.answer`),
  }));
  return (
    <Card title={t('window.faq')}>
      {[...profile.faq, ...own].map(({ question, answer }) => (
        <details key={question} className="technical help-question">
          <summary>{question}</summary>
          <p>{answer}</p>
        </details>
      ))}
    </Card>
  );
}
