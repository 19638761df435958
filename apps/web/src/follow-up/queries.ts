import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';
import { type ListQuery } from '../lists/use-listed.js';
import { LIVE_MS } from '../ui/live.js';

export type TaskLine = Schemas['TaskLine'];
/** A task with everything that is known of the person. */
export type TaskDetail = Schemas['TaskDetail'];
export type KnownPoint = Schemas['KnownPoint'];

export const STAGES = ['due', 'reminder', 'delinquent'] as const;

export interface FollowUpSearch {
  /** A person to look at, by id. */
  readonly patient?: string;
  /** Due in this month or earlier, `YYYYMM`. */
  readonly month?: string;
  readonly stage?: (typeof STAGES)[number];
  readonly mine?: boolean;
  /** Only those whose next step was planned for today or earlier. */
  readonly planned?: boolean;
  readonly facilityId?: string;
  readonly at?: string;
}

/** The day of this browser, as the standard writes it. */
function browserDay(): string {
  const now = new Date();
  return `${now.getFullYear()}${String(now.getMonth() + 1).padStart(2, '0')}${String(now.getDate()).padStart(2, '0')}`;
}

export const monthsQuery = (facilityId?: string) =>
  queryOptions({
    queryKey: ['follow-up', 'due-by-month', facilityId],
    // Counts over all tasks, which a night changes more than a day.
    refetchInterval: LIVE_MS * 20,
    queryFn: () =>
      answer(
        api.GET('/api/v1/follow-up/due-by-month', {
          params: { query: facilityId === undefined ? {} : { facilityId } },
        }),
      ),
  });

export const todayQuery = queryOptions({
  queryKey: ['follow-up', 'today'],
  refetchInterval: LIVE_MS,
  queryFn: () => answer(api.GET('/api/v1/follow-up/today')),
});

/** Contacts of other facilities that wait to be taken over or not. */
export const proposalsQuery = (facilityId?: string) =>
  queryOptions({
    queryKey: ['follow-up', 'proposals', facilityId],
    refetchInterval: LIVE_MS * 2,
    queryFn: () =>
      answer(
        api.GET('/api/v1/follow-up/proposals', { params: { query: facilityId === undefined ? {} : { facilityId } } }),
      ),
  });

/** Today where the registry is, which may be another day than that of the browser; the browser's until it is known. For what is shown. */
export const useToday = (): string => useQuery(todayQuery).data?.day ?? browserDay();

/** The same for what is stored: it waits until the day is known. */
export const registryDay = async (queries: QueryClient): Promise<string> =>
  (await queries.ensureQueryData(todayQuery)).day;

export const tasksQuery = (
  { month, stage, mine, planned, facilityId }: FollowUpSearch,
  today: string,
): ListQuery<TaskLine> => ({
  queryKey: ['follow-up', 'tasks', month, stage, mine, planned === true ? today : undefined, facilityId],
  read: (part) =>
    answer(
      api.GET('/api/v1/follow-up/tasks', {
        params: {
          query: {
            ...part,
            ...(month === undefined ? {} : { through: month }),
            ...(stage === undefined ? {} : { stage }),
            ...(mine === true ? { assignedTo: 'me' } : {}),
            ...(planned === true ? { stepBy: today } : {}),
            ...(facilityId === undefined ? {} : { facilityId }),
          },
        },
      }),
    ),
});

/** The open task about a person, wherever in the list it stands. */
export const taskOfPatientQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['follow-up', 'task-of', patientId],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/follow-up/tasks', { params: { query: { patientId, limit: 1 } } }))).items[0] ??
      null,
  });

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['follow-up', 'task', id],
    refetchInterval: LIVE_MS * 2,
    queryFn: () => answer(api.GET('/api/v1/follow-up/tasks/{id}', { params: { path: { id } } })),
  });

export const assigneesQuery = queryOptions({
  queryKey: ['follow-up', 'assignees'],
  staleTime: 5 * 60_000,
  queryFn: () => answer(api.GET('/api/v1/follow-up/assignees')),
});
