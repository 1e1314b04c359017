import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Menu,
  type MenuItemProps,
  NavLink,
  type NavLinkProps,
  UnstyledButton,
  type UnstyledButtonProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';

type AnchorAttributes<Own> = Own & Omit<ComponentPropsWithRef<'a'>, keyof Own>;

/** The library's components as links of the router. */
export const TextLink = createLink((props: AnchorAttributes<AnchorProps>) => <Anchor {...props} />);
export const ButtonLink = createLink((props: AnchorAttributes<ButtonProps>) => (
  <Button component="a" {...props} />
));
export const PageLink = createLink((props: AnchorAttributes<NavLinkProps>) => (
  <NavLink component="a" {...props} />
));
export const MenuLink = createLink((props: AnchorAttributes<MenuItemProps>) => (
  <Menu.Item component="a" {...props} />
));
/** A whole card or row as a link. */
export const BlockLink = createLink((props: AnchorAttributes<UnstyledButtonProps>) => (
  <UnstyledButton component="a" {...props} />
));
