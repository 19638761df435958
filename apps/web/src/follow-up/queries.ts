import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client.js';

export type TaskLine = Schemas['TaskLine'];

export const STAGES = ['due', 'reminder', 'delinquent'] as const;

export interface FollowUpSearch {
  /** A person to look at, by id. */
  readonly patient?: string;
  /** Due in this month or earlier, `YYYYMM`. */
  readonly month?: string;
  readonly stage?: (typeof STAGES)[number];
  readonly mine?: boolean;
  readonly at?: string;
}

/** A task with everything that is known of the person, as the API gives it. */
export interface TaskDetail {
  readonly id: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly revision: number;
  readonly state: string;
  readonly stage: string;
  readonly dueMonth: string;
  readonly dateOfLastContact: string | null;
  readonly vitalStatus: string | null;
  readonly nextStep: string | null;
  readonly nextStepOn: string | null;
  readonly contacts: readonly {
    readonly id: string;
    readonly contactedOn: string;
    readonly channel: string;
    readonly person: string | null;
    readonly outcome: string;
    readonly note: string | null;
    readonly moved: boolean;
    readonly recordedAt: string;
  }[];
  readonly contactPoints: readonly {
    readonly id: string;
    readonly kind: 'address' | 'telephone';
    readonly party: 'patient' | 'contact';
    readonly name: string | null;
    readonly relationship: string | null;
    readonly line1: string | null;
    readonly city: string | null;
    readonly state: string | null;
    readonly postalCode: string | null;
    readonly telephone: string | null;
    readonly bad: string | null;
  }[];
  readonly letters: readonly {
    readonly id: string;
    readonly recipient: string;
    readonly state: string;
    readonly dated: string;
  }[];
  readonly doNotContact: readonly {
    readonly id: string;
    readonly recipients: readonly string[];
    readonly reason: string;
  }[];
  readonly tumors: readonly {
    readonly abstractId: string;
    readonly tumorId: string | null;
    readonly primarySite: string | null;
    readonly histology: string | null;
    readonly dateOfDiagnosis: string | null;
    readonly cancerStatus: string | null;
  }[];
}

const PAGE = 100;

export const monthsQuery = queryOptions({
  queryKey: ['follow-up', 'due-by-month'],
  queryFn: () => answer(api.GET('/api/v1/follow-up/due-by-month')),
});

export const tasksQuery = ({ month, stage, mine }: FollowUpSearch) =>
  infiniteQueryOptions({
    queryKey: ['follow-up', 'tasks', month, stage, mine],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/follow-up/tasks', {
          params: {
            query: {
              limit: PAGE,
              ...(month === undefined ? {} : { through: month }),
              ...(stage === undefined ? {} : { stage }),
              ...(mine === true ? { assignedTo: 'me' } : {}),
              ...(pageParam === undefined ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['follow-up', 'task', id],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/follow-up/tasks/{id}', { params: { path: { id } } }))) as unknown as TaskDetail,
  });

export interface Rate {
  readonly allPercent: number | null;
  readonly goalPercent: number;
  readonly meets: boolean;
}

export interface Forecast {
  readonly surveyDate: string;
  readonly rates: readonly {
    readonly measure: 'since-reference-date' | 'last-five-years';
    readonly now: Rate;
    readonly nothingMore: Rate;
    readonly allDueReached: Rate;
  }[];
  readonly reaches: boolean;
  readonly listed: number;
  readonly contacts: readonly {
    readonly patientId: string;
    readonly taskId: string | null;
    readonly source: string;
    readonly monthsSinceContact: number;
    readonly percent: { readonly all: number; readonly recent: number };
  }[];
}

export const forecastQuery = (surveyDate: string) =>
  queryOptions({
    queryKey: ['follow-up', 'forecast', surveyDate],
    staleTime: 60_000,
    queryFn: async () =>
      (await answer(
        api.GET('/api/v1/follow-up/forecast', { params: { query: { surveyDate, limit: 500 } } }),
      )) as unknown as Forecast,
  });
