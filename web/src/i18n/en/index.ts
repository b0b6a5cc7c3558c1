import { frame } from './frame';
import { settings } from './settings';
import { talk } from './talk';

export const en = { ...frame, ...talk, ...settings };
