/** A campaign cannot be begun or gone on with; `message` is one line. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError';
  /** Who has to do something about it: whoever typed the command, or whoever looks after the machines. */
  readonly blame: 'usage' | 'environment';

  constructor(blame: CampaignError['blame'], message: string) {
    super(message);
    this.blame = blame;
  }
}
