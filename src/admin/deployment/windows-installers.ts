import { agentOptions, heading, impossible } from './agent-options';
import { msiProperties, windowsCertificateFile } from './configuration-files';
import type { Deployment, DeploymentText } from './deployment';
import { batchText, powershellText } from './quoting';

const traits = { oauthAndCertificate: true, certificateFile: windowsCertificateFile } as const;
const msiFile = 'GLPI-Agent-x64.msi';
const registryKey = 'HKLM\\SOFTWARE\\GLPI-Agent';

/** A batch file beside the installer: for group policies, SCCM, PDQ, or by hand. */
export function windowsMsiText(deployment: Deployment): DeploymentText {
  const found = agentOptions(deployment, traits);
  if (typeof found === 'string') return impossible('windows-msi', found);
  const { properties, registry } = msiProperties(found.options);
  const values = registry.map(
    ([name, value]) => `reg add "${registryKey}" /v ${name} /t REG_SZ /d "${value}" /f /reg:64 || exit /b 1`,
  );
  const lines = [
    '@echo off',
    'setlocal DisableDelayedExpansion',
    'chcp 65001 >nul',
    ...heading(deployment).map((line) => `rem ${line}`),
    ...values.map(batchText),
    batchText(`msiexec /i "${msiFile}" /quiet /norestart ${properties.join(' ')}`),
    'exit /b %errorlevel%',
  ];
  return {
    platform: 'windows-msi',
    files: [{ name: 'install-glpi-agent.cmd', text: lines.join('\r\n') + '\r\n' }],
    notes: [
      `Put it beside ${msiFile} (the installer of the agent, under the name it was downloaded with) and run it as administrator.`,
      'The command line stands in the log of the installer and, while it runs, in the list of processes.',
      ...found.notes,
    ],
  };
}

/** A script for a Win32 app. Every value is one literal of PowerShell; the installer gets one argument line. */
export function intuneText(deployment: Deployment): DeploymentText {
  const found = agentOptions(deployment, traits);
  if (typeof found === 'string') return impossible('intune', found);
  const { properties, registry } = msiProperties(found.options);
  const values = registry.map(
    ([name, value]) =>
      `& reg.exe add ${powershellText(registryKey)} /v ${powershellText(name)} /t REG_SZ /d ${powershellText(value)} /f /reg:64 | Out-Null`,
  );
  const lines = [
    ...heading(deployment).map((line) => `# ${line}`),
    "$ErrorActionPreference = 'Stop'",
    ...values,
    `$installer = Join-Path $PSScriptRoot ${powershellText(msiFile)}`,
    `$properties = ${powershellText(properties.join(' '))}`,
    `$arguments = '/i "' + $installer + '" /quiet /norestart ' + $properties`,
    '$process = Start-Process -FilePath msiexec.exe -ArgumentList $arguments -Wait -PassThru',
    'exit $process.ExitCode',
  ];
  // The byte order mark tells Windows PowerShell 5.1 that the file is UTF-8.
  const text = '\ufeff' + lines.join('\r\n') + '\r\n';
  return {
    platform: 'intune',
    files: [{ name: 'install-glpi-agent.ps1', text }],
    notes: [
      `Pack it with ${msiFile} as a Win32 app (.intunewin). Install command: powershell.exe -NoProfile -ExecutionPolicy Bypass -File install-glpi-agent.ps1`,
      'Detection rule: registry key HKEY_LOCAL_MACHINE\\SOFTWARE\\GLPI-Agent, value server, exists.',
      'The key is in the package, not in the install command that the portal shows and logs.',
      ...found.notes,
    ],
  };
}
