import { Button, Form, Input } from 'antd';
import type { FormField } from '../../../contract/gateway.ts';
import { useText } from '../../i18n/use-text.ts';
import { Panel } from './Panel.tsx';

interface Props {
  readonly fields: readonly FormField[];
  readonly isBusy: boolean;
  readonly onSubmit: (values: Readonly<Record<string, string>>) => void;
  readonly onLater: () => void;
}

/** The form the CA asks for, with what it has on file filled in. */
export function FormPanel({ fields, isBusy, onSubmit, onLater }: Props) {
  const { t } = useText();
  const onFile = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  return (
    <Panel title={t('window.renewal.form.title')} hint={t('window.renewal.form.hint')}>
      <Form<Record<string, string>>
        layout="vertical"
        initialValues={onFile}
        disabled={isBusy}
        requiredMark={(label, { required }) => (
          <>
            {label}
            {!required && <span className="muted">{t('window.renewal.form.optional')}</span>}
          </>
        )}
        scrollToFirstError={{ focus: true }}
        onFinish={(values) => onSubmit({ ...onFile, ...values })}
        className="form"
      >
        {fields.map(({ name, label, required, pattern }) => (
          <Form.Item
            key={name}
            name={name}
            label={label}
            rules={[
              { required, whitespace: true, message: t('window.renewal.form.required', { label }) },
              {
                validator: (_rule, typed) =>
                  checkPattern(pattern, typed, t('window.renewal.form.pattern', { label })),
              },
            ]}
          >
            <Input maxLength={500} autoComplete="off" />
          </Form.Item>
        ))}
        <div className="actions">
          <Button type="primary" htmlType="submit">
            {t('window.renewal.next')}
          </Button>
          <Button onClick={onLater}>{t('window.renewal.later')}</Button>
        </div>
      </Form>
    </Panel>
  );
}

/** A pattern this browser cannot read is left to the CA to apply. */
function checkPattern(pattern: string | null, typed: unknown, message: string): Promise<void> {
  if (pattern === null || typeof typed !== 'string' || typed === '') return Promise.resolve();
  try {
    if (new RegExp(pattern, 'u').test(typed)) return Promise.resolve();
  } catch {
    return Promise.resolve();
  }
  return Promise.reject(new Error(message));
}
