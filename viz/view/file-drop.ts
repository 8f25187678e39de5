/** Traces from the reader's own disk: a file that is dropped on the viewer, or chosen by its button. */
import { sourceOfFile } from '../source/trace-source.ts';
import type { Viewer } from './viewer.ts';

export class FileDrop {
  readonly #viewer: Pick<Viewer, 'src' | 'dragging' | 'open'>;

  constructor(viewer: Pick<Viewer, 'src' | 'dragging' | 'open'>) {
    this.#viewer = viewer;
  }

  /** Takes what is dropped on `ground`. */
  connect(ground: GlobalEventHandlers): void {
    ground.addEventListener('dragover', this.#onDrag);
    ground.addEventListener('dragleave', this.#onDrag);
    ground.addEventListener('drop', this.#onDrop);
  }

  disconnect(ground: GlobalEventHandlers): void {
    ground.removeEventListener('dragover', this.#onDrag);
    ground.removeEventListener('dragleave', this.#onDrag);
    ground.removeEventListener('drop', this.#onDrop);
  }

  onChosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) this.#open(file);
    // The same file can be chosen again.
    input.value = '';
  };

  #open(file: File): void {
    this.#viewer.src = undefined;
    void this.#viewer.open(sourceOfFile(file));
  }

  #onDrag = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.#viewer.dragging = event.type === 'dragover' || event.relatedTarget !== null;
  };

  #onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.#viewer.dragging = false;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) this.#open(file);
  };
}
