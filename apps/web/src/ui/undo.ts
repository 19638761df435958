type Back = () => Promise<void>;

/** The last thing that can be taken back, for the key that does it. It is forgotten with the page. */
let last: Back | null = null;

export const undo = {
  /** Offer a way back. @returns the same, for a button: whichever is used first, it happens once. */
  offer(back: Back): Back {
    let used = false;
    const once = async (): Promise<void> => {
      if (used) return;
      used = true;
      if (last === once) last = null;
      await back();
    };
    last = once;
    return once;
  },
  /** Take the last thing back. @returns whether there was one. */
  async run(): Promise<boolean> {
    const back = last;
    await back?.();
    return back !== null;
  },
};
