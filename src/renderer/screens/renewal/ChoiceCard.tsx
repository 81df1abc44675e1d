import { Radio } from 'antd';
import type { ReactNode } from 'react';

interface Props {
  readonly value: string;
  readonly isChosen: boolean;
  /** Beside it, once it is chosen: what else has to be said. */
  readonly extra?: ReactNode;
  readonly children: ReactNode;
}

/** One of a Radio.Group, large enough to be hit and seen: the whole line is the target. */
export function ChoiceCard({ value, isChosen, extra, children }: Props) {
  return (
    <div className="choice-card" data-chosen={isChosen}>
      <Radio value={value} className="choice-radio">
        {children}
      </Radio>
      {isChosen && extra}
    </div>
  );
}
