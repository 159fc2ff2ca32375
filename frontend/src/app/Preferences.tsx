// The theme and the language, in one menu.
import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { LANGUAGES, speak, useLanguage } from '../i18n/language';
import { useT } from '../i18n/translate';
import { THEMES, useTheme, wear } from '../lib/theme';
import { IconButton } from '../ui/Button';
import { Menu, MenuChoices } from '../ui/Menu';

const ICONS = { system: Monitor, light: Sun, dark: Moon };

export function Preferences() {
  return (
    <>
      <LanguageMenu />
      <ThemeMenu />
    </>
  );
}

function LanguageMenu() {
  const t = useT();
  const language = useLanguage();
  const trigger = (
    <IconButton label={t('language.label')}>
      <Languages className="size-5" aria-hidden />
    </IconButton>
  );
  const options = LANGUAGES.map((value) => ({ value, lang: value, label: t(`language.${value}`) }));
  return (
    <Menu trigger={trigger}>
      <MenuChoices label={t('language.label')} value={language} options={options} onChoose={speak} />
    </Menu>
  );
}

function ThemeMenu() {
  const t = useT();
  const theme = useTheme();
  const Icon = ICONS[theme];
  const trigger = (
    <IconButton label={t('theme.label')}>
      <Icon className="size-5" aria-hidden />
    </IconButton>
  );
  const options = THEMES.map((value) => ({ value, label: t(`theme.${value}`) }));
  return (
    <Menu trigger={trigger}>
      <MenuChoices label={t('theme.label')} value={theme} options={options} onChoose={wear} />
    </Menu>
  );
}
