import { Monogram } from '@/components/ui/monogram';
import type { Response } from '@/generated/api';

export interface AnswerNamesProps {
  ids: string[];
  responses: Response[];
  small?: boolean;
}

/** Answers by the names of their services. */
export function AnswerNames({ ids, responses, small }: AnswerNamesProps) {
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1">
      {ids.map((id) => {
        const response = responses.find((known) => known.id === id);
        return (
          <span key={id} className="inline-flex items-center gap-1.5">
            {!small && response && (
              <Monogram
                serviceId={response.service_id}
                name={response.service_name}
                voice={response.position}
                size="small"
              />
            )}
            {response?.service_name ?? id}
          </span>
        );
      })}
    </span>
  );
}
