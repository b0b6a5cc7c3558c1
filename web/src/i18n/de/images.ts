import type { Catalogue } from '../catalogue';

export const images: Pick<Catalogue, 'images'> = {
  images: {
    label: 'Bilder',
    open: '{{name}} öffnen',
    size: '{{width}} × {{height}} Pixel',
    add: 'Bilder hinzufügen',
    goAlong: 'Bilder, die mitgehen',
    remove: '{{name}} entfernen',
    added: '{{name}} geht mit.',
    removed: '{{name}} wurde entfernt.',
    coming: 'Unterwegs',
    pasted: 'Eingefügtes Bild',
    dropHere: 'Bilder hier ablegen, um sie mit der Nachricht zu senden',
    unreadable: '{{name}} ist kein Bild, das hier gelesen werden kann. PNG, JPEG, WebP und GIF gehen.',
    tooLarge: '{{name}} ist auch verkleinert größer als {{megabytes}} MB.',
    tooMany: 'Höchstens {{count}} Bilder gehen mit einer Nachricht mit.',
    notBrought: '{{name}} konnte nicht zum Server gebracht werden. Ihr Text bleibt erhalten.',
    textOnly_one: '{{names}} nimmt keine Bilder an und bekommt nur den Text.',
    textOnly_other: '{{names}} nehmen keine Bilder an und bekommen nur den Text.',
    nobodySees: 'Keiner der gewählten Dienste nimmt Bilder an. Sie bekommen nur den Text.',
    takesText: 'Nur Text',
    whyTextOnly: 'Dieser Dienst nimmt keine Bilder an. Er wurde nur mit dem Text der Frage gefragt.',
  },
};
