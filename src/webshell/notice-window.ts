/** Brings a window back for a notice that nobody would see, and never a second one while the first is coming. */
export interface NoticeWindow {
  /** How many pages listen now. */
  onPages(count: number): void;
  onNotice(): void;
}

/** @param isHidden the program was started without a window */
export function createNoticeWindow(open: () => void, isHidden: boolean): NoticeWindow {
  let pages = 0;
  let isComing = !isHidden;
  return {
    onPages(count) {
      pages = count;
      isComing = false;
    },
    onNotice() {
      if (pages > 0 || isComing) return;
      isComing = true;
      open();
    },
  };
}
