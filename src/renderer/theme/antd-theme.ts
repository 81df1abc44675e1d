// antd takes our colours and sizes as tokens; no class of antd is ever overridden.

import { theme, type ThemeConfig } from 'antd';
import { PALETTES, type Palette, type Scheme } from './palette.ts';

export const FONT =
  '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", system-ui, sans-serif';

export function antdTheme(scheme: Scheme): ThemeConfig {
  const colours = PALETTES[scheme];
  return {
    algorithm: [scheme === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm, exact(colours)],
    token: {
      colorPrimary: colours.primary,
      colorInfo: colours.primary,
      colorLink: colours.primary,
      colorSuccess: colours.ok,
      colorWarning: colours.warning,
      colorError: colours.problem,
      colorBgLayout: colours.background,
      colorBgContainer: colours.panel,
      colorBgElevated: colours.panel,
      colorBorder: colours.edge,
      colorBorderSecondary: colours.line,
      colorText: colours.ink,
      colorTextSecondary: colours.muted,
      colorTextPlaceholder: colours.muted,
      colorTextLightSolid: colours.onPrimary,
      fontFamily: FONT,
      fontSize: 15,
      lineHeight: 1.55,
      borderRadius: 10,
      borderRadiusLG: 10,
      borderRadiusSM: 8,
      controlHeight: 42,
      controlHeightLG: 52,
      controlHeightSM: 34,
    },
    components: {
      Button: {
        fontWeight: 600,
        primaryColor: colours.onPrimary,
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        defaultBorderColor: colours.line,
        contentFontSizeLG: 17,
        paddingInlineLG: 30,
        paddingInline: 18,
      },
      // Off must be seen too.
      Switch: { colorTextQuaternary: colours.edge, colorTextTertiary: colours.edge },
      Segmented: { itemSelectedBg: colours.primarySoft, itemSelectedColor: colours.primary },
    },
  };
}

type Algorithm = Exclude<NonNullable<ThemeConfig['algorithm']>, readonly unknown[]>;

/** antd's dark algorithm shades the colours it is given; these are meant as they are. */
function exact({ primary, primaryHover, primarySoft, ok, warning, problem }: Palette): Algorithm {
  return (seed, map) => ({
    ...(map ?? theme.defaultAlgorithm(seed)),
    colorPrimary: primary,
    colorPrimaryHover: primaryHover,
    colorPrimaryActive: primaryHover,
    colorPrimaryBg: primarySoft,
    colorPrimaryText: primary,
    colorLink: primary,
    colorSuccess: ok,
    colorWarning: warning,
    colorError: problem,
  });
}
