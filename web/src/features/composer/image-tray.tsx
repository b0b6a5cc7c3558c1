import { ImagePlus, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import { type ChangeEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Picture } from '@/components/images/image-strip';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import type { Service } from '@/generated/api';
import type { Images } from './use-images';

/** The images that go along, each with the way to take it away again, and who will not see them. */
export function ImageTray({ images, chosen }: { images: Images; chosen: Service[] }) {
  const { t } = useTranslation();
  if (images.kept.length === 0 && images.coming.length === 0) return null;
  return (
    <div className="grid gap-1.5 px-3 pt-3" data-testid="image-tray">
      <ul aria-label={t('images.goAlong')} className="flex flex-wrap gap-2">
        {images.kept.map((image) => (
          <Tile key={image.id} name={image.name} onRemove={() => images.remove(image)}>
            <Picture image={image} className="h-16" />
          </Tile>
        ))}
        {images.coming.map((image) => (
          <Tile
            key={image.key}
            name={image.name}
            problem={image.problem}
            onRemove={() => images.dismiss(image)}
          >
            <Picture
              image={{ name: image.name, width: 0, height: 0 }}
              src={image.preview}
              className="h-16 min-w-16 opacity-50"
            />
            <span className="absolute inset-0 grid place-items-center">
              {image.problem === null ? (
                <LoaderCircle aria-label={t('images.coming')} className="size-5 animate-spin" />
              ) : (
                <TriangleAlert aria-hidden className="size-5 text-bad" />
              )}
            </span>
          </Tile>
        ))}
      </ul>
      {images.coming.map(
        (image) =>
          image.problem !== null && (
            <p key={image.key} className="text-sm text-bad">
              {image.problem}
            </p>
          ),
      )}
      <WhoSees chosen={chosen} />
    </div>
  );
}

function Tile(props: { name: string; problem?: string | null; onRemove(): void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <li
      title={props.name}
      className={cx(
        'relative rounded-lg bg-sunken ring-1 [&>img]:rounded-lg',
        props.problem ? 'ring-bad' : 'ring-line',
      )}
    >
      {props.children}
      <span className="sr-only">{props.name}</span>
      <button
        type="button"
        onClick={props.onRemove}
        aria-label={t('images.remove', { name: props.name })}
        className="absolute end-1 top-1 grid size-6 place-items-center rounded-full bg-surface text-ink shadow-card ring-1 ring-line after:absolute after:-inset-2.5 hover:bg-sunken"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </li>
  );
}

/** Services that take no images get the text alone; that is said before it is sent. */
function WhoSees({ chosen }: { chosen: Service[] }) {
  const { t } = useTranslation();
  const blind = chosen.filter((service) => !service.vision);
  if (blind.length === 0) return null;
  return (
    <p
      className={cx('text-sm', blind.length === chosen.length ? 'text-warn' : 'text-ink-soft')}
      data-testid="who-sees"
    >
      {blind.length === chosen.length
        ? t('images.nobodySees')
        : t('images.textOnly', {
            count: blind.length,
            names: blind.map((service) => service.name).join(', '),
          })}
    </p>
  );
}

/** Chooses images from this machine; pasting and dropping do the same. */
export function AddImages({ images }: { images: Images }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    images.add([...(event.target.files ?? [])]);
    // The same file may be chosen again after it was taken away.
    event.target.value = '';
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        data-testid="image-input"
        onChange={choose}
      />
      <IconButton
        label={t('images.add')}
        icon={<ImagePlus aria-hidden className="size-4.5" />}
        className="mb-1.5 -me-1"
        onClick={() => input.current?.click()}
      />
    </>
  );
}
