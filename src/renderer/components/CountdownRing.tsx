import { useText } from '../i18n/use-text.ts';
import type { Tone } from './StateTag.tsx';
import './countdown-ring.css';

interface CountdownRingProps {
  readonly days: number;
  /** Of the ring that is drawn, 0 to 1. */
  readonly part: number;
  readonly tone: Tone;
  /** Under the number, for example 天后到期. */
  readonly label: string;
}

const RADIUS = 46;
const AROUND = 2 * Math.PI * RADIUS;

/** Days as a large number, and how much of the validity they are. */
export function CountdownRing({ days, part, tone, label }: CountdownRingProps) {
  const { t } = useText();
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
