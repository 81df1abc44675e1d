import { useText } from '../i18n/use-text.ts';
import type { Tone } from './StateTag.tsx';
import './countdown-ring.css';

interface CountdownRingProps {
  /** Whole days; negative after the end. */
  readonly daysLeft: number;
  readonly totalDays: number;
  readonly tone: Tone;
  /** Under the number, for example 天后到期. */
  readonly label: string;
}

const RADIUS = 46;
const AROUND = 2 * Math.PI * RADIUS;

/** Days as a large number, and how much of the validity they are. */
export function CountdownRing({ daysLeft, totalDays, tone, label }: CountdownRingProps) {
  const { t } = useText();
  const part = Math.min(1, Math.max(0, daysLeft / Math.max(1, totalDays)));
  const days = Math.abs(daysLeft);
  return (
    <div className="ring" role="img" aria-label={t('window.ring.name', { days, label })}>
      <svg viewBox="0 0 104 104" width="104" height="104" aria-hidden="true">
        <circle className="ring-track" cx="52" cy="52" r={RADIUS} />
        {part > 0 && (
          <circle
            className={`ring-part ring-${tone}`}
            cx="52"
            cy="52"
            r={RADIUS}
            strokeDasharray={`${part * AROUND} ${AROUND}`}
            transform="rotate(-90 52 52)"
          />
        )}
      </svg>
      <span className="ring-words" aria-hidden="true">
        <span className="ring-number number">{days}</span>
        <span className="ring-label">{label}</span>
      </span>
    </div>
  );
}
