import { Radio } from 'antd';
import type { ReactNode } from 'react';

interface Props {
  readonly value: string;
  readonly isChosen: boolean;
  readonly children: ReactNode;
}

/** One of a Radio.Group, large enough to be hit and seen: the whole line is the target. */
export function ChoiceCard({ value, isChosen, children }: Props) {
  return (
    <Radio value={value} className="choice" data-chosen={isChosen}>
      {children}
    </Radio>
  );
}
