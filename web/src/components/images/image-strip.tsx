import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/ui/dialog';
import type { Attachment } from '@/generated/api';

/** Where an image of a message is served from, to those who may see it. */
export const imageUrl = (image: Pick<Attachment, 'id'>): string => `/api/v1/attachments/${image.id}`;

/** Images in a row; each opens in full. */
export function ImageStrip({ images, small }: { images: Attachment[]; small?: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Attachment | null>(null);
  if (images.length === 0) return null;
  return (
    <>
      <ul aria-label={t('images.label')} className="flex flex-wrap gap-2" data-testid="images">
        {images.map((image) => (
          <li key={image.id}>
            <button
              type="button"
              onClick={() => setOpen(image)}
              aria-label={t('images.open', { name: image.name })}
              className="tap block overflow-hidden rounded-lg bg-sunken ring-1 ring-line outline-offset-2 hover:ring-line-strong"
            >
              <Picture image={image} className={small ? 'h-14' : 'h-24 sm:h-28'} />
            </button>
          </li>
        ))}
      </ul>
      {open && (
        <Dialog
          open
          onClose={() => setOpen(null)}
          shape="full"
          title={open.name}
          description={t('images.size', { width: open.width, height: open.height })}
        >
          <div className="grid min-h-full place-items-center p-4">
            <img
              src={imageUrl(open)}
              alt={open.name}
              width={open.width}
              height={open.height}
              className="h-auto max-h-[80vh] w-auto max-w-full rounded-lg object-contain"
            />
          </div>
        </Dialog>
      )}
    </>
  );
}

/** An image in a place of fixed height, so that nothing moves when it has come. */
export function Picture(props: {
  image: Pick<Attachment, 'name' | 'width' | 'height'> & { id?: string };
  src?: string;
  className: string;
  children?: ReactNode;
}) {
  const { image, src } = props;
  return (
    <img
      src={src ?? imageUrl({ id: image.id ?? '' })}
      alt=""
      width={image.width || undefined}
      height={image.height || undefined}
      loading="lazy"
      decoding="async"
      className={`block w-auto max-w-56 object-cover ${props.className}`}
    />
  );
}
