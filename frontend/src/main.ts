import 'htmx.org';
import './style/main.css';
