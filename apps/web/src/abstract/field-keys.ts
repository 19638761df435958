/** Keys of a field of the form: the field acts on them, the map shows them, a person may change them. */
export const FIELD_KEYS = {
  lookup: { chord: 'F2', label: 'Find a code (also Alt+Down, or type words)', group: 'Fields' },
  accept: { chord: 'F4', label: 'Accept the suggestion of the field', group: 'Fields' },
  evidence: { chord: 'F7', label: 'Next words of the field; with words selected, attach them', group: 'Fields' },
  lineage: { chord: 'F9', label: 'Why this value', group: 'Fields' },
  help: { chord: 'F1', label: 'Help on the item', group: 'Fields' },
} as const;
