import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListUsersQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { ShownOnce } from '@/components/ui/shown-once';
import { InviteForm } from './invite-form';
import { OpenLinks } from './open-links';
import { PersonRow } from './person-row';

/** A link just made: shown once, for whom it is. */
export interface MadeFor {
  /** Below this site's address. */
  path: string;
  /** Whom it is for; nobody in particular if null. */
  name: string | null;
}

/** The accounts of the instance, and the ways into it. */
export default function PeopleSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListUsersQuery(undefined, { refetchOnMountOrArgChange: true });
  const [inviting, setInviting] = useState(false);
  const [made, setMade] = useState<MadeFor | null>(null);
  return (
    <SectionFrame
      title={t('people.title')}
      text={t('people.text')}
      action={
        !inviting && (
          <Button
            look="primary"
            icon={<UserPlus aria-hidden className="size-4" />}
            onClick={() => setInviting(true)}
          >
            {t('people.invite')}
          </Button>
        )
      }
    >
      {inviting && (
        <InviteForm
          onDone={(link) => {
            setInviting(false);
            if (link) setMade(link);
          }}
        />
      )}
      {made && (
        <ShownOnce
          text={window.location.origin + made.path}
          label={made.name ? t('people.linkFor', { name: made.name }) : t('people.linkForAnyone')}
          copyLabel={t('people.copyLink')}
          doneLabel={t('people.done')}
          onDone={() => setMade(null)}
        />
      )}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-40" />
      ) : (
        <ul className="grid gap-3">
          {data.items.map((person) => (
            <PersonRow key={person.id} person={person} onLink={setMade} />
          ))}
        </ul>
      )}
      <OpenLinks />
    </SectionFrame>
  );
}
