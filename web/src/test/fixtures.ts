import type {
  BudgetStanding,
  Estimate,
  Instance,
  OwnAccount,
  Service,
  Session,
  UsageLine,
} from '@/generated/api';

const at = '2026-11-21T09:00:00Z';

export const session: Session = {
  user: { id: 'user-1', name: 'Ada', email: 'ada@example.com', role: 'admin' },
  csrf_token: 'token-1',
};

/** One's own account, with little in it. */
export const anAccount = (user: OwnAccount['user'] = session.user): OwnAccount => ({
  user,
  created_at: '2026-11-01T00:00:00Z',
  has_password: true,
  signed_in_just_now: false,
  is_last_admin: false,
  closed_account_days: 7,
  name_chars: 100,
  holdings: { conversations: 12, answers: 30, answer_characters: 60_000, images: 1, image_bytes: 2_000_000 },
});

export const instance: Instance = {
  version: '0.1.0',
  registration: 'open',
  needs_setup: false,
  setup_token_required: false,
  demo: true,
  has_tiny_models: false,
  limits: {
    message_chars: 8000,
    title_chars: 200,
    system_prompt_chars: 8000,
    services_per_message: 8,
    images_per_message: 4,
    image_kilobytes: 3584,
    image_megabytes_per_user: 500,
  },
};

export function aUsageLine(patch: Partial<UsageLine> = {}): UsageLine {
  return {
    key: '2026-11-21',
    label: '2026-11-21',
    calls: 3,
    input_tokens: 1200,
    output_tokens: 800,
    cost_micro_usd: 4200,
    answered: 3,
    ranked: 0,
    wins: 0,
    kept: 0,
    first_token_ms: 300,
    total_ms: 1500,
    ...patch,
  };
}

export function anEstimate(patch: Partial<Estimate> = {}): Estimate {
  return {
    answers: [
      {
        service_id: 'service-Aria',
        service_name: 'Aria',
        input_tokens: 40,
        output_tokens: 500,
        cost_micro_usd: 8000,
        at_most_micro_usd: 62_000,
      },
    ],
    judging: {
      mean_calls: 2.25,
      most_calls: 3,
      input_tokens: 4000,
      output_tokens: 900,
      cost_micro_usd: 5000,
      most_micro_usd: 7000,
      judges: [{ service_id: 'service-Judge', service_name: 'Judge', ballots: 1.25, cost_micro_usd: 3000 }],
    },
    cost_micro_usd: 13_000,
    at_most_micro_usd: 69_000,
    budget_left_micro_usd: null,
    ...patch,
  };
}

export function aBudget(patch: Partial<BudgetStanding> = {}): BudgetStanding {
  return {
    id: 'budget-1',
    scope: 'instance',
    subject_id: null,
    subject_name: '',
    period: 'month',
    soft_micro_usd: 5_000_000,
    hard_micro_usd: 10_000_000,
    spent_micro_usd: 6_000_000,
    reserved_micro_usd: 0,
    state: 'open',
    resets_at: '2026-12-01T00:00:00Z',
    ...patch,
  };
}

export function aService(patch: Partial<Service> = {}): Service {
  const name = patch.name ?? 'Aria';
  return {
    id: `service-${name}`,
    name,
    service_type: 'anthropic',
    base_url: 'https://models.example.com/v1',
    origin: 'https://models.example.com',
    model: `demo-${name.toLowerCase()}`,
    max_output_tokens: 2048,
    context_window: 200_000,
    vision: false,
    temperature: null,
    reasoning_effort: null,
    input_price_micro_usd: 3_000_000,
    cached_input_price_micro_usd: 300_000,
    output_price_micro_usd: 15_000_000,
    active: true,
    judge: false,
    contestant: true,
    demo: true,
    tiny: false,
    requires_key: false,
    key: 'not_needed',
    created_at: at,
    ...patch,
  };
}
