import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeleteAttachmentMutation, useGetInstanceQuery, useUploadAttachmentMutation } from '@/app/api';
import { formatNumber } from '@/app/format';
import { faultText } from '@/app/problem';
import { uniqueId } from '@/app/unique-id';
import type { Attachment } from '@/generated/api';
import { announce } from '@/live/announcer';
import { prepareImage } from './prepare-image';

/** An image on its way to the server, or one that did not get there. */
export interface ComingImage {
  key: string;
  name: string;
  /** Of the file on this machine, to show it at once. */
  preview: string;
  problem: string | null;
}

export interface Images {
  /** Whether images are taken at all. */
  possible: boolean;
  kept: Attachment[];
  coming: ComingImage[];
  /** Some are still on their way. */
  busy: boolean;
  add(files: Iterable<File>): void;
  remove(image: Attachment): void;
  dismiss(coming: ComingImage): void;
}

const MEGABYTE = 1024 * 1024;

/** The images that go along with the next message: brought to the server at once, kept with the draft. */
export function useImages(
  kept: Attachment[],
  change: (next: (now: Attachment[]) => Attachment[]) => void,
): Images {
  const { t } = useTranslation();
  const limits = useGetInstanceQuery().data?.limits;
  const most = limits?.images_per_message ?? 0;
  const [upload] = useUploadAttachmentMutation();
  const [letGo] = useDeleteAttachmentMutation();
  const [coming, setComing] = useState<ComingImage[]>([]);
  const previews = useRef(new Set<string>());

  useEffect(() => {
    const made = previews.current;
    return () => {
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, []);

  const drop = useCallback((image: ComingImage) => {
    URL.revokeObjectURL(image.preview);
    previews.current.delete(image.preview);
    setComing((now) => now.filter((one) => one.key !== image.key));
  }, []);

  const bring = useCallback(
    async (file: File, image: ComingImage, largest: number) => {
      const fail = (problem: string) => {
        setComing((now) => now.map((one) => (one.key === image.key ? { ...one, problem } : one)));
        announce(problem);
      };
      const ready = await prepareImage(file, largest);
      if (!ready) return fail(t('images.unreadable', { name: image.name }));
      if (ready.size > largest) {
        return fail(
          t('images.tooLarge', {
            name: image.name,
            megabytes: formatNumber(Math.round((largest / MEGABYTE) * 10) / 10),
          }),
        );
      }
      try {
        const attachment = await upload({ name: image.name, image: ready }).unwrap();
        change((now) => [...now, attachment]);
        drop(image);
        announce(t('images.added', { name: image.name }));
      } catch (error) {
        fail(faultText(error) || t('images.notBrought', { name: image.name }));
      }
    },
    [change, drop, t, upload],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const room = Math.max(0, most - kept.length - coming.length);
      const wanted = [...files].filter((file) => file.type.startsWith('image/') || file.type === '');
      if (wanted.length > room) announce(t('images.tooMany', { count: most }));
      for (const [at, file] of wanted.entries()) {
        const preview = URL.createObjectURL(file);
        previews.current.add(preview);
        const full = at >= room;
        const image: ComingImage = {
          key: uniqueId(),
          name: file.name || t('images.pasted'),
          preview,
          problem: full ? t('images.tooMany', { count: most }) : null,
        };
        setComing((now) => [...now, image]);
        if (!full) void bring(file, image, (limits?.image_kilobytes ?? 0) * 1024);
      }
    },
    [bring, coming.length, kept.length, limits, most, t],
  );

  const remove = useCallback(
    (image: Attachment) => {
      change((now) => now.filter((one) => one.id !== image.id));
      announce(t('images.removed', { name: image.name }));
      // One that also belongs to a message stays there; others would be let go by themselves later.
      letGo({ id: image.id }).catch(() => undefined);
    },
    [change, letGo, t],
  );

  const busy = coming.some((image) => image.problem === null);
  return { possible: most > 0, kept, coming, busy, add, remove, dismiss: drop };
}
