/** A task that somebody marked in the due list to write a letter about. */
export interface ChosenTask {
  readonly id: string;
  readonly facilityId: string;
}

/** What was marked, from the due list to the letters. It lives in memory: an address could not hold two hundred of them. */
let chosen: readonly ChosenTask[] = [];

export const keepChosen = (tasks: readonly ChosenTask[]): void => void (chosen = tasks);
export const chosenTasks = (): readonly ChosenTask[] => chosen;
