export const replay = {
  button: 'Montrer ce qui changerait',
  now: 'Juger de nouveau',
  nowText:
    'Décide à nouveau de ce qui est conservé et retenu, selon les règles de cette version et ce qui est dit des valeurs. Rien n’est écrit.',
  sum: 'Changements : {{changes, number}}. Examinés : {{assets, number}} actifs, {{cases, number}} machines retenues.',
  unread_one: 'Une machine retenue n’a pu être lue.',
  unread_other: '{{count, number}} machines retenues n’ont pu être lues.',
  more: 'Regarder plus loin',
  device: 'Machine',
  question: 'Cas',
  questions: { again: 'elle revient', anew: 'elle vient pour la première fois', held: 'elle est retenue' },
  was: 'Est',
  would: 'Serait',
  decisions: { known: 'connue', new: 'nouvelle', held: 'retenue', refused: 'refusée' },
  itself: 'elle-même',
} as const;
