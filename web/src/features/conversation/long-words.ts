/** German words are long: on a phone the two main controls give up their icons, so that all stay in one row. */
export const LONG_WORDS = 'max-sm:[&:lang(de)>svg]:hidden';
