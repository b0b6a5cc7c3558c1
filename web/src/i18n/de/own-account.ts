import type { Catalogue } from '../catalogue';

export const ownAccount = {
  ownName: {
    label: 'Name',
    hint: 'Steht neben dem, was Sie hier tun. Höchstens {{limit}} Zeichen.',
    needed: 'Geben Sie einen Namen ein.',
    long: 'Höchstens {{limit}} Zeichen.',
    save: 'Namen speichern',
    saved: 'Name gespeichert',
  },
  takingOut: {
    title: 'Alles mitnehmen, was Ihnen gehört',
    text: 'Ein ZIP-Archiv: jedes Gespräch mit allen Antworten, Bilder, Vorlagen, Panels, Aufrufe und was das Protokoll über Sie enthält. Schlüssel, Tokens und Passwörter sind nie darin.',
    holds: '{{conversations}}, {{images}}, etwa {{size}}',
    conversations_one: '{{count}} Gespräch',
    conversations_other: '{{count}} Gespräche',
    images_one: '{{count}} Bild',
    images_other: '{{count}} Bilder',
    start: 'Archiv erstellen',
    cancel: 'Abbrechen',
    progress: 'Bisher {{size}}',
    progressLabel: 'Das Archiv wird erstellt',
    done: 'Das Archiv liegt bei Ihren Downloads ({{size}}).',
    cancelled: 'Abgebrochen; nichts wurde gespeichert.',
    brokeOff:
      'Die Verbindung ist abgerissen, deshalb wurde nichts gespeichert. Versuchen Sie es noch einmal.',
  },
  closing: {
    title: 'Konto schließen',
    text_one:
      'Alles, was Ihnen gehört, wird nach {{count}} Tag gelöscht. Bis dahin können Sie sich anmelden und das Konto behalten.',
    text_other:
      'Alles, was Ihnen gehört, wird nach {{count}} Tagen gelöscht. Bis dahin können Sie sich anmelden und das Konto behalten.',
    textAtOnce: 'Alles, was Ihnen gehört, wird sofort gelöscht und lässt sich nicht zurückholen.',
    open: 'Mein Konto schließen',
    lastAdmin:
      'Sie verwalten diese Instanz allein, deshalb lässt sich Ihr Konto nicht schließen. Geben Sie die Verwaltung zuerst noch jemandem.',
    people: 'Personen verwalten',
    what: 'Sofort',
    stops: 'Antworten, die gerade geschrieben werden, enden.',
    programs: 'API-Tokens, Webhooks und geteilte Links gelten nicht mehr.',
    places: 'Überall sonst werden Sie abgemeldet.',
    later: 'Danach',
    erased:
      'Gespräche, Antworten, Bilder, Schlüssel, Vorlagen und Einstellungen werden gelöscht. Was hier ausgegeben wurde, bleibt als Summe ohne Ihren Namen, und das Protokoll behält, was darin steht.',
    password: 'Ihr Passwort',
    passwordNeeded: 'Geben Sie Ihr Passwort ein.',
    noPassword: 'Ihr Konto hat kein Passwort: Eine Anmeldung in den letzten zehn Minuten bestätigt es.',
    signInAgain: 'Neu anmelden',
    confirm: 'Mein Konto schließen',
    cancel: 'Abbrechen',
  },
  leaving: {
    title: 'Ihr Konto ist geschlossen',
    banner: 'Am {{day}} wird alles darin gelöscht.',
    soon: 'Alles darin wird gerade gelöscht.',
    text: 'Für Sie läuft nichts mehr. Bis zu diesem Tag können Sie das Konto behalten, wie es war, oder mitnehmen, was darin ist.',
    keep: 'Mein Konto behalten',
    kept: 'Ihr Konto bleibt',
    signOut: 'Abmelden',
  },
} satisfies Partial<Catalogue>;
