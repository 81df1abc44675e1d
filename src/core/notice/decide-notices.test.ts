import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayOfTime } from './calendar.ts';
import { decideNotices } from './decide-notices.ts';
import type { Notice, NoticeInput, Opening, ShownNotice, Snooze, WatchedCertificate } from './notice.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const CHINA = 480;
/** The certificate ends on 2026-12-31 at 20:00 in China. */
const END = Date.parse('2026-12-31T12:00:00Z');
const OLD = 'a'.repeat(64);
const NEW = 'b'.repeat(64);

function certificate(change: Partial<WatchedCertificate> = {}): WatchedCertificate {
  const notAfter = change.notAfter ?? END;
  return {
    sha256: OLD,
    commonName: '张三',
    subject: 'CN=张三',
    issuer: 'CN=某CA',
    serial: '01',
    use: 'signing',
    notBefore: notAfter - 365 * DAY,
    notAfter,
    token: 'key-1',
    tokenLabel: '公司主锁',
    profile: 'neutral',
    firstSeen: END - 300 * DAY,
    lastSeen: END - 100 * DAY,
    lastDay: dayOfTime(notAfter, CHINA),
    isPluggedIn: true,
    reminderDays: [90, 60, 30, 15, 7, 3, 1, 0],
    daysBefore: null,
    expired: 'caDecides',
    ...change,
  };
}

/** At ten in the morning, so many days before the last one. */
function moment(daysLeft: number, change: Partial<NoticeInput> = {}): NoticeInput {
  const today = addDays('2026-12-31', -daysLeft);
  const now = Date.parse(`${today}T02:00:00Z`);
  const nothing = { openings: [], orders: [], shown: [], snoozes: [] };
  return { now, today, certificates: [certificate()], ...nothing, ...change };
}

function opening(hoursFromNow: number, input: NoticeInput, change: Partial<Opening> = {}): Opening {
  const at = input.now + hoursFromNow * HOUR;
  return { id: 'o1', certificate: null, at, uploaded: 'notUploaded', remindAfter: true, ...change };
}

const brief = (notices: readonly Notice[]) => notices.map(({ text, actions }) => [text, ...actions]);
const shownAs = (notice: Notice, day: string): ShownNotice[] =>
  notice.certificate === null
    ? []
    : [{ certificate: notice.certificate, kind: notice.kind, about: notice.about, day }];

/** Days left at which something is shown, the program running on those days. */
function remindedOn(days: readonly number[], change: Partial<WatchedCertificate> = {}): number[] {
  let shown: readonly ShownNotice[] = [];
  return days.filter((daysLeft) => {
    const input = moment(daysLeft, { shown, certificates: [certificate(change)] });
    const notices = decideNotices(input);
    shown = [...shown, ...notices.flatMap((notice) => shownAs(notice, input.today))];
    return notices.length > 0;
  });
}

const countdown = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => from - i);

describe('reminding before the end', () => {
  it('says what ends when, and what can be done', () => {
    expect(decideNotices(moment(30))).toEqual([
      {
        kind: 'expiring',
        text: 'expiring',
        parameters: { commonName: '张三', tokenLabel: '公司主锁', day: '2026-12-31', days: 30 },
        actions: ['renew', 'later'],
        certificate: OLD,
        about: null,
      },
    ]);
  });

  it('comes on the days of the profile, with the computer always on', () => {
    expect(remindedOn(countdown(120, 0))).toEqual([90, 60, 30, 15, 7, 3, 1, 0]);
    expect(remindedOn(countdown(120, 0), { reminderDays: [30, 7] })).toEqual([30, 7]);
  });

  it('comes late when the computer was off on the day, and once for several days missed', () => {
    expect(remindedOn([95, 88, 87, 20, 16, 14, 2])).toEqual([88, 20, 14, 2]);
  });

  it.each([
    ['a key in a drawer', 30, { isPluggedIn: false }, ['expiringAway', 'renew', 'later']],
    ['the last day', 0, {}, ['expiresToday', 'renew', 'later']],
    ['a CA that does not renew so early', 60, { daysBefore: 30 }, ['expiringTooEarly', 'later']],
    ['a CA in whose window it is', 30, { daysBefore: 30 }, ['expiring', 'renew', 'later']],
  ])('fits %s', (_title, daysLeft, change, expected) => {
    expect(brief(decideNotices(moment(daysLeft, { certificates: [certificate(change)] })))).toEqual([
      expected,
    ]);
  });

  it('names the day from which the CA renews', () => {
    const [notice] = decideNotices(moment(60, { certificates: [certificate({ daysBefore: 30 })] }));
    expect(notice?.parameters['from']).toBe('2026-12-01');
  });

  it('is put off until the day that was chosen, and then comes once more', () => {
    const snoozes: readonly Snooze[] = [
      {
        certificate: OLD,
        kind: 'expiring',
        since: addDays('2026-12-31', -30),
        until: addDays('2026-12-31', -27),
      },
    ];
    let shown: readonly ShownNotice[] = [];
    const days = countdown(30, 20).filter((daysLeft) => {
      const input = moment(daysLeft, { shown, snoozes });
      const notices = decideNotices(input);
      shown = [...shown, ...notices.flatMap((notice) => shownAs(notice, input.today))];
      return notices.length > 0;
    });
    expect(days).toEqual([27]);
  });

  it.each([
    ['a notice shown', { shown: [{ certificate: OLD, kind: 'expiring', about: null, day: '2030-01-01' }] }],
    [
      'a notice put off',
      { snoozes: [{ certificate: OLD, kind: 'expiring', since: '2030-01-01', until: '2031-01-01' }] },
    ],
  ] as const)('is not silenced by %s while the clock was years ahead', (_title, change) => {
    expect(decideNotices(moment(30, change))).toHaveLength(1);
  });

  it('leaves the last second to the certificate', () => {
    const at = (now: number) => brief(decideNotices(moment(0, { now })));
    expect(at(END + 999)).toEqual([['expiresToday', 'renew', 'later']]);
    expect(at(END + 1000)).toEqual([['expiredAskCa', 'contact', 'later']]);
  });
});

describe('reminding after the end', () => {
  it('goes on where the CA renews expired ones: daily for a week, then weekly for a year', () => {
    const days = remindedOn(countdown(-1, -400), { expired: 'allowed' });
    expect(days.slice(0, 10)).toEqual([-1, -2, -3, -4, -5, -6, -7, -14, -21, -28]);
    expect(days.at(-1)).toBe(-364);
  });

  it.each([
    ['refused', ['expiredOffline', 'offline', 'later']],
    ['caDecides', ['expiredAskCa', 'contact', 'later']],
  ] as const)('comes once where expired is %s', (expired, expected) => {
    expect(remindedOn(countdown(-1, -60), { expired })).toEqual([-1]);
    expect(brief(decideNotices(moment(-1, { certificates: [certificate({ expired })] })))).toEqual([
      expected,
    ]);
  });
});

describe('certificates that need no reminder', () => {
  const newer = certificate({ sha256: NEW, notAfter: END + 365 * DAY, firstSeen: END - 20 * DAY });
  const at = (old: Partial<WatchedCertificate>, successor: Partial<WatchedCertificate>) =>
    decideNotices(moment(15, { certificates: [certificate(old), { ...newer, ...successor }] })).length;

  it.each([
    ['one renewed on the same key', {}, {}, 0],
    ['one renewed on another key, the old one in a drawer', {}, { token: 'key-2' }, 0],
    ['one for both uses, renewed as a pair', { use: 'both' }, {}, 0],
    ['one whose second key is still in use', { lastSeen: END - 16 * DAY }, { token: 'key-2' }, 1],
    ['one of another holder', {}, { subject: 'CN=李四' }, 1],
    ['one of another CA', {}, { issuer: 'CN=别的CA' }, 1],
    ['one whose other half was renewed', {}, { use: 'encryption' }, 1],
  ] as const)('%s', (_title, old, successor, expected) => {
    expect(at(old, successor)).toBe(expected);
  });

  it.each([
    ['the encryption half of a pair, beside its signing half', 0, [OLD]],
    ['an encryption half that ends earlier', -40 * DAY, [NEW]],
  ])('%s', (_title, difference, expected) => {
    const half = certificate({ sha256: NEW, use: 'encryption', notAfter: END + difference });
    const daysLeft = difference === 0 ? 30 : 100;
    const input = moment(daysLeft, { certificates: [certificate({ reminderDays: [30] }), half] });
    expect(decideNotices(input).map(({ certificate: hash }) => hash)).toEqual(expected);
  });
});

describe('around a bid opening', () => {
  const ends = (daysLeft: number, hours: number, change: Partial<Opening> = {}) => {
    const input = moment(daysLeft);
    return brief(decideNotices({ ...input, openings: [opening(hours, input, change)] }));
  };

  it.each([
    ['ten days ahead, the certificate outlives it', 30, 240, {}, [['expiring', 'bidAdvice', 'later']]],
    ['in two days, the certificate outlives it', 30, 47, {}, []],
    ['under way, the certificate outlives it', 30, -3, {}, []],
    ['after the end, nothing uploaded', 7, 240, {}, [['expiring', 'renew', 'later']]],
    [
      'after the end, uploaded',
      7,
      240,
      { uploaded: 'canRedo' },
      [['expiringBeforeOpening', 'bidAdvice', 'later']],
    ],
    ['in hours and after the end', 1, 40, {}, [['expiringBeforeOpening', 'bidAdvice', 'later']]],
    ['of another certificate', 30, 10, { certificate: NEW }, [['expiring', 'renew', 'later']]],
  ] as const)('%s', (_title, daysLeft, hours, change, expected) => {
    expect(ends(daysLeft, hours, change)).toEqual(expected);
  });

  it('asks to renew afterwards, once, where the person wished it', () => {
    const input = moment(40);
    const over = opening(-5, input);
    const first = decideNotices({ ...input, openings: [over] });
    expect(brief(first)).toEqual([['openingPassed', 'renew', 'later']]);
    const shown = first.flatMap((notice) => shownAs(notice, input.today));
    const next = moment(39, { openings: [over], shown: [...shown] });
    expect(brief(decideNotices(next))).toEqual([['expiring', 'renew', 'later']]);
    expect(brief(decideNotices({ ...input, openings: [{ ...over, remindAfter: false }] }))).toEqual([
      ['expiring', 'renew', 'later'],
    ]);
  });
});

describe('an order', () => {
  const ordered = (state: 'waiting' | 'ready' | 'rejected' | 'done', change: Partial<NoticeInput> = {}) =>
    moment(30, {
      orders: [{ id: 'order-1', certificate: OLD, state, caText: '营业执照不清晰' }],
      ...change,
    });

  it.each([
    ['ready', ['orderReady', 'updateNow', 'later']],
    ['rejected', ['orderRejected', 'showReason', 'later']],
    ['waiting', ['expiring', 'resume', 'later']],
  ] as const)('that is %s has its own notice', (state, expected) => {
    expect(brief(decideNotices(ordered(state)))).toEqual([expected]);
  });

  it.each(['ready', 'rejected'] as const)(
    'that is %s is told on the day of a reminder too, and once on that day',
    (state) => {
      const reminded = [
        { certificate: OLD, kind: 'expiring', about: null, day: moment(30).today },
      ] as const satisfies ShownNotice[];
      const input = ordered(state, { shown: reminded });
      const [notice] = decideNotices(input);
      expect(notice?.about).toBe('order-1');
      const shown = [...reminded, ...shownAs(notice!, input.today)];
      expect(decideNotices({ ...input, shown })).toEqual([]);
      const next = ordered(state, { today: addDays(input.today, 1), shown });
      expect(brief(decideNotices(next))).toEqual(brief([notice!]));
    },
  );

  it('that is done ends reminding', () => {
    expect(decideNotices(ordered('done'))).toEqual([]);
  });

  it('that is ready is not pushed in the hours before an opening', () => {
    const input = ordered('ready');
    expect(decideNotices({ ...input, openings: [opening(5, input)] })).toEqual([]);
  });

  it('that is ready and put off does not offer a second renewal', () => {
    const snoozes: Snooze[] = [
      { certificate: OLD, kind: 'orderReady', since: '2026-12-01', until: '2026-12-03' },
    ];
    expect(decideNotices(ordered('ready', { snoozes }))).toEqual([]);
  });
});

describe('whatever was seen, shown, ordered and put off', () => {
  const hash = fc.constantFrom(OLD, NEW, 'c'.repeat(64));
  const day = fc.integer({ min: -500, max: 500 }).map((days) => addDays('2026-12-31', days));
  const kind = fc.constantFrom('expiring', 'expired', 'orderReady', 'openingPassed' as const);
  const watched = fc
    .record({
      sha256: hash,
      notAfter: fc.integer({ min: -500, max: 500 }).map((days) => END + days * DAY),
      token: fc.constantFrom('key-1', 'key-2'),
      use: fc.constantFrom('signing', 'encryption', 'both'),
      isPluggedIn: fc.boolean(),
      expired: fc.constantFrom('allowed', 'refused', 'caDecides'),
      daysBefore: fc.option(fc.integer({ min: 0, max: 120 })),
      lastSeen: fc.integer({ min: -400, max: 0 }).map((days) => END + days * DAY),
    })
    .map((fields) => certificate(fields));
  const input: fc.Arbitrary<NoticeInput> = fc.record({
    now: fc.constant(END - 30 * DAY),
    today: fc.constant(addDays('2026-12-31', -30)),
    certificates: fc.uniqueArray(watched, { selector: ({ sha256 }) => sha256, maxLength: 3 }),
    openings: fc.array(
      fc.record({
        id: fc.constantFrom('o1', 'o2'),
        certificate: fc.option(hash),
        at: fc.integer({ min: -400, max: 400 }).map((hours) => END - 30 * DAY + hours * HOUR),
        uploaded: fc.constantFrom('notUploaded', 'canRedo', 'cannotRedo'),
        remindAfter: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    orders: fc.array(
      fc.record({
        id: fc.constantFrom('r1', 'r2'),
        certificate: hash,
        state: fc.constantFrom('waiting', 'ready', 'rejected', 'done'),
        caText: fc.constant(null),
      }),
      { maxLength: 3 },
    ),
    shown: fc.array(fc.record({ certificate: hash, kind, about: fc.constant(null), day }), { maxLength: 4 }),
    snoozes: fc.array(fc.record({ certificate: hash, kind, since: day, until: day }), { maxLength: 4 }),
  });
  const holds = (property: (input: NoticeInput) => boolean) => {
    fc.assert(fc.property(input, property), { numRuns: 1000 });
  };

  it('a certificate has at most one notice a day', () => {
    holds((given) => {
      const notices = decideNotices(given);
      const shown = [...given.shown, ...notices.flatMap((notice) => shownAs(notice, given.today))];
      const hashes = notices.map(({ certificate: of }) => of);
      return new Set(hashes).size === hashes.length && decideNotices({ ...given, shown }).length === 0;
    });
  });

  it('one renewed on its own key has none', () => {
    holds((given) => {
      const renewed = given.certificates.map((old) => ({
        ...old,
        sha256: `${old.sha256.slice(1)}f`,
        notAfter: old.notAfter + 365 * DAY,
        notBefore: old.notAfter - 30 * DAY,
      }));
      const certificates = [...given.certificates, ...renewed];
      const olds = new Set(given.certificates.map(({ sha256 }) => sha256));
      return decideNotices({ ...given, certificates }).every(({ certificate: of }) => !olds.has(of ?? ''));
    });
  });

  it('nobody is pushed to renew in the two days before an opening', () => {
    holds((given) => {
      const soon = { ...opening(30, given), certificate: null };
      const actions = decideNotices({ ...given, openings: [...given.openings, soon] }).flatMap(
        (notice) => notice.actions,
      );
      return !actions.some((action) => ['renew', 'resume', 'updateNow'].includes(action));
    });
  });

  it('what is recorded of the future changes nothing', () => {
    holds((given) => {
      const past = {
        shown: given.shown.filter((one) => one.day <= given.today),
        snoozes: given.snoozes.filter((one) => one.since <= given.today),
      };
      return JSON.stringify(decideNotices(given)) === JSON.stringify(decideNotices({ ...given, ...past }));
    });
  });
});
