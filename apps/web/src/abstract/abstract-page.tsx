import { type Dictionary } from '@perennial/naaccr';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { itemTablesQuery, type ItemTables } from '../items/tables.js';
import { useMay } from '../session/session.js';
import { showName } from '../ui/format.js';
import { PageProblem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { today } from '../ui/today.js';
import { AbstractProvider, type AbstractDetail, type AbstractScreen, useDraft } from './context.js';
import css from './abstract.module.css';
import { Conflicts } from './conflicts.js';
import { type DraftStore } from './draft-store.js';
import { FindingsBar } from './findings-bar.js';
import { Form } from './form.js';
import { CaseHeader } from './case-header.js';
import { LineagePanel } from './lineage.js';
import { heldDraft, showDraft } from './open-drafts.js';
import { parseValue } from './parse-value.js';
import { sectionsWith } from './sections.js';
import { abstractQuery } from './queries.js';
import { ReportPanel, type ReportPanelHandle } from './report-panel.js';
import { SectionNav } from './section-nav.js';
import { useCaseKeys } from './use-case-keys.js';
import { useEvidence } from './use-evidence.js';
import { useAsked } from './staging.js';
import { useFindings } from './use-findings.js';

export function AbstractPage() {
  const { id } = useParams({ from: '/shell/abstracts/$id' });
  const { data: detail, error, refetch } = useQuery(abstractQuery(id));
  const tables = useQuery(itemTablesQuery);
  if (detail === undefined && error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (tables.error !== null) return <PageProblem error={tables.error} retry={() => void tables.refetch()} />;
  if (detail === undefined || tables.data === undefined)
    return (
      <main id="main">
        <Skeleton rows={16} />
      </main>
    );
  return <Case key={id} detail={detail} {...tables.data} />;
}

type Tables = Pick<ItemTables, 'dictionary' | 'codes' | 'ownItems'>;

/** The draft of the screen; what the API learns elsewhere is merged into it, what was kept before a reload goes on. */
function useDraftStore(detail: AbstractDetail, dictionary: Dictionary, day: string): DraftStore {
  const [held] = useState(() => heldDraft(detail.id, { items: detail.items, revision: detail.revision }));
  const { draft } = held;
  const queries = useQueryClient();
  const toast = useToast();
  useEffect(() => {
    draft.refresh({ items: detail.items, revision: detail.revision });
  }, [draft, detail]);
  useEffect(() => {
    let revision = draft.view().revision;
    const unsubscribe = draft.subscribe(() => {
      const now = draft.view().revision;
      if (now === revision) return;
      revision = now;
      void queries.invalidateQueries({ queryKey: ['abstract', detail.id] });
    });
    const leave = showDraft(detail.id, held);
    return () => {
      unsubscribe();
      leave();
    };
  }, [draft, held, queries, detail.id]);
  useEffect(() => {
    let here = true;
    void held.restored?.then((kept) => {
      if (!here) return;
      held.restored = null;
      if (kept === null) return;
      // What stood in a field would have been stored when it was left; what cannot be stays in the field and says why.
      for (const [id, text] of Object.entries(kept.typed)) {
        const item = dictionary.byId.get(id);
        const value = item === undefined ? undefined : parseValue(item, text, day);
        if (value?.ok !== true) continue;
        draft.typing(id, null);
        draft.set(id, value.value);
      }
      const count = kept.changes.length + Object.keys(kept.typed).length;
      toast({ text: `${count === 1 ? 'One change' : `${count} changes`} that could not be sent before came back.` });
    });
    return () => void (here = false);
  }, [held]);
  return draft;
}

function Case({ detail, dictionary, codes, ownItems }: { readonly detail: AbstractDetail } & Tables) {
  const may = useMay();
  const navigate = useNavigate();
  const [day] = useState(() => today());
  const sections = useMemo(() => sectionsWith(ownItems), [ownItems]);
  const draft = useDraftStore(detail, dictionary, day);
  const [focused, setFocused] = useState<string | null>(null);
  const [lineage, setLineage] = useState<string | null>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const report = useRef<ReportPanelHandle>(null);
  const marker = useEvidence(detail);
  const { findings, missing } = useFindings(draft, detail, dictionary, day);
  const asked = useAsked(
    detail.id,
    useDraft(draft, (view) => view.revision),
  );
  const editable = detail.state === 'draft' && may('abstracts.write');

  const screen = useMemo(
    (): AbstractScreen => ({
      id: detail.id,
      draft,
      dictionary,
      codes,
      sections,
      detail,
      editable,
      asked,
      today: day,
      focusItem: (item) => {
        setUnfolded((before) => new Set([...before, item]));
        // The field may have to be drawn first.
        requestAnimationFrame(() => {
          const field = document.getElementById(`item-${item}`);
          field?.focus();
          field?.scrollIntoView({ block: 'center' });
          if (field instanceof HTMLInputElement) field.select();
        });
      },
      onFocus: setFocused,
      showLineage: setLineage,
      selection: () => report.current?.selection() ?? null,
    }),
    [detail, draft, dictionary, codes, sections, editable, asked, day],
  );
  useCaseKeys(screen, { focused, report, navigate: (to) => void navigate({ to }) });

  return (
    <AbstractProvider value={screen}>
      <main className={css.screen} id="main">
        <CaseHeader />
        <SectionNav findings={findings} missing={missing} />
        <div className={css.fields}>
          <Conflicts />
          {lineage !== null && <LineagePanel item={lineage} close={() => setLineage(null)} />}
          <div className={css.scroll}>
            <Form unfolded={unfolded} findings={findings} missing={missing} />
          </div>
        </div>
        <ReportPanel
          reportIds={detail.reports.map(({ id }) => id)}
          marker={marker}
          focused={focused}
          nameOf={(item) => showName(dictionary.byId.get(item)?.name ?? item)}
          onItem={screen.focusItem}
          handle={report}
        />
        <FindingsBar findings={findings} missing={missing} />
      </main>
    </AbstractProvider>
  );
}
