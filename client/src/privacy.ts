/** What is kept, why and how long, as the server's settings have it; and what a guest may do about it without an account. */
import { fetchNotice } from './net/privacy';
import { privacyView } from './privacy/privacyView';
import { filled, workPage } from './ui/workPage';
import './styles/privacy.css';

const main = workPage('privacy.name', true);
filled(main, async () => main.replaceChildren(...privacyView(await fetchNotice())));
