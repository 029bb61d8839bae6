import { searchesAgree } from '../support/agree.ts';

searchesAgree(1);
