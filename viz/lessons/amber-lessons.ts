/** Names the elements of the lessons. What they show runs in `<amber-trace>`, which the page loads as well. */
import { LessonView } from './view/lesson-view.ts';
import { LessonsPane } from './view/lessons-pane.ts';

customElements.define('amber-lesson', LessonView);
customElements.define('amber-lessons', LessonsPane);
